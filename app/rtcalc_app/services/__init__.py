"""What the pages ask the library: text of a form in, a view model out. No component, no markup."""
