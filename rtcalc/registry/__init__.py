"""The knowledge of ``protocols/`` as values: schedules, limits, tissues, drugs, rules, claims, references.

A file is read when its kind is first asked for. A department's folder adds files of the same shape; an entry with an
id that exists replaces the built-in one and is named in every output.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from rtcalc.compound_limits import CompoundLimit
from rtcalc.drugs import Drug, Rule
from rtcalc.errors import ProtocolError
from rtcalc.evidence import Reference
from rtcalc.limit_sets import LimitSet
from rtcalc.limits import Limit
from rtcalc.published import CheckedStatement, Claim, ContextNote, Precedent, PublishedSchedule
from rtcalc.registry import citations, pin
from rtcalc.registry.limit_sets import LimitSets
from rtcalc.registry.location import builtin, files_of
from rtcalc.registry.named import Named
from rtcalc.textfile import load
from rtcalc.tissues import AlphaBeta, Tissue

if TYPE_CHECKING:
    from pydantic import BaseModel

    from rtcalc.response import ResponseParameters

Value = TypeVar("Value")
# Each kind of file, and what a registry reads from it.
KINDS = {
    "references.yaml": ("references",),
    "schedules": ("published", "claims", "checked_statements"),
    "constraints": ("sets",),
    "tissues": ("tissues",),
    "drugs": ("drugs",),
    "interactions": ("interaction_rules",),
    "context": ("precedents", "context_notes"),
    "reirradiation": ("compound_limits",),
    "response": ("response",),
}


# What gives organs their names; a department adds none of it.
STRUCTURES = "structures"


class Registry:
    """The built-in knowledge, and a department's folder on top of it.

    Parameters
    ----------
    folder : str or Path, optional
        A folder with the same sub-folders as ``protocols/``.
    pinned : bool
        False: a folder whose pin holds another state is read all the same, to look at what changed or to pin it again.

    Raises
    ------
    ProtocolError
        A folder that is not in the state of its pin; a file that does not follow its schema, or a citation that does
        not resolve, when its kind is first used.

    Examples
    --------
    >>> registry = Registry()
    >>> registry.drugs["sorafenib"].aliases[0]
    'Nexavar'
    >>> [str(limit) for limit in registry.limits(organ="Esophagus", fractions=5, set_id="TG101")]
    ['TG101 D5cc < 19.5 Gy', 'TG101 D0.035cc < 35 Gy']
    >>> registry.references["TG101"].doi, registry.sets["TG101"].source, len(registry.sha256)
    ('10.1118/1.3438081', 'TG101', 64)
    >>> str(registry.published["rcc-bone"].schedule), registry.claims["gebbia2020-bed-over-100"].source
    ('37.5 Gy / 5', 'gebbia2020')
    >>> registry.tissue_of("Duodenum") is registry.tissues["duodenum"], registry.alpha_beta_of("SpinalCord").gray
    (True, 2.0)
    >>> registry.rules(drug="Nexavar")[0] == registry.interaction_rules["sorafenib-bowel-in-field"]
    True
    >>> registry.compound_limits["HYTEC.SpinalCord.reirradiation"].source
    'HYTEC_CORD'
    >>> registry.response["lkb-lungs-pneumonitis-semenenko"].organ
    'Lungs'
    >>> [len(found) > 0 for found in (registry.precedents, registry.context_notes, registry.checked_statements)]
    [True, True, True]
    """

    def __init__(self, folder: str | Path | None = None, *, pinned: bool = True) -> None:
        self.folders = [builtin()]
        if folder is not None:
            own = Path(folder)
            if not own.is_dir():
                raise ProtocolError(f"{own}: not a folder; give the folder of your department's protocols")
            self.folders.append(own)
        self._overridden: dict[str, None] = {}
        self._files: dict[str, list[list[BaseModel]]] = {}
        if pinned:
            pin.require(self)

    @cached_property
    def overridden(self) -> tuple[str, ...]:
        """Ids of built-in entries that the department's folder replaced, whatever has been asked for so far.

        Examples
        --------
        >>> Registry().overridden
        ()
        """
        for kind, names in KINDS.items():
            if any(files_of(folder, kind) for folder in self.folders[1:]):
                for name in names:
                    len(getattr(self, name))
        order = list(KINDS)
        return tuple(sorted(self._overridden, key=lambda entry: (order.index(entry.partition(": ")[0]), entry)))

    @cached_property
    def sha256(self) -> str:
        """Hash of the content of every knowledge file in use; two registries with equal hashes answer alike."""
        digest = sha256()
        for folder in self.folders:
            paths = [path for kind in KINDS for path in files_of(folder, kind)]
            if folder == builtin():
                paths += sorted(path for path in (folder / STRUCTURES).iterdir() if path.suffix in (".csv", ".yaml"))
            for path in paths:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
                # Line ends differ between checkouts of one and the same content.
                digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
        return digest.hexdigest()

    # --- what is known ----------------------------------------------------------------------------------------------
    @cached_property
    def references(self) -> Mapping[str, Reference]:
        """Sources by citation key."""
        from rtcalc.registry.schema import ReferencesFile

        return self._read("references.yaml", ReferencesFile, lambda file: file.values_(), lambda ref: ref.key)

    @cached_property
    def published(self) -> Mapping[str, PublishedSchedule]:
        """Published schedules by id."""
        from rtcalc.registry.schema_published import SchedulesFile

        def values(file: Any) -> Iterable[PublishedSchedule]:
            return [entry.value(file) for entry in file.schedules]

        return self._read("schedules", SchedulesFile, values, lambda s: s.id)

    @cached_property
    def claims(self) -> Mapping[str, Claim]:
        """Published statements on BED by id."""
        from rtcalc.registry.schema_published import SchedulesFile

        def values(file: Any) -> Iterable[Claim]:
            return [entry.value(file) for entry in file.claims]

        claims = self._read("schedules", SchedulesFile, values, lambda claim: claim.id)
        for claim in claims.values():
            for _, ids in claim.lists:
                self._known("published schedule", ids, self.published, "schedules", claim.id)
        return claims

    @cached_property
    def checked_statements(self) -> Mapping[str, CheckedStatement]:
        """Other checked statements of the papers by id."""
        from rtcalc.registry.schema_published import SchedulesFile

        return self._read("schedules", SchedulesFile, lambda file: file.checked(), lambda s: s.id)

    @cached_property
    def sets(self) -> LimitSets:
        """Sets of organ limits by id; the file of a set is read when that set is asked for.

        Raises
        ------
        ProtocolError
            One id for two rows of a set.
        """
        from rtcalc.registry.schema import ConstraintsFile

        def reader(path: Path) -> LimitSet:
            file: Any = self._file(path, ConstraintsFile)
            read: LimitSet = file.value()
            return read

        return LimitSets(self.folders, reader, lambda name: self._overridden.update({f"constraints: {name}": None}))

    @cached_property
    def tissues(self) -> Named[Tissue]:
        """Tissues by id."""
        from rtcalc.registry.schema_tissues import TissuesFile

        tissues = self._read("tissues", TissuesFile, lambda f: [e.value() for e in f.tissues], lambda t: t.id)
        return Named("tissue", tissues)

    @cached_property
    def drugs(self) -> Named[Drug]:
        """Drugs by generic name; an alias (``"Nexavar"``) finds its drug."""
        from rtcalc.registry.schema_drugs import DrugsFile

        drugs = self._read("drugs", DrugsFile, lambda f: [e.value() for e in f.drugs], lambda drug: drug.name)
        aliases = {alias: drug for drug in drugs.values() for alias in drug.aliases}
        return Named("drug", drugs, aliases)

    @cached_property
    def interaction_rules(self) -> Mapping[str, Rule]:
        """Drug rules by id."""
        from rtcalc.registry.schema_drugs import InteractionsFile

        rules = self._read("interactions", InteractionsFile, lambda f: [e.value() for e in f.rules], lambda r: r.id)
        groups = {group for drug in self.drugs.values() for group in drug.groups}
        for rule in rules.values():
            self._known("drug or group", rule.agents, {*groups, *self.drugs}, "interactions", rule.id)
            self._known("rule", rule.counters, rules, "interactions", rule.id)
        return rules

    @cached_property
    def precedents(self) -> Mapping[str, Precedent]:
        """Published courses of events that a case may repeat."""
        from rtcalc.registry.schema_published import ContextFile

        return self._read("context", ContextFile, lambda f: [e.value() for e in f.precedents], lambda p: p.id)

    @cached_property
    def context_notes(self) -> Mapping[str, ContextNote]:
        """What the papers say beside a case, by id: never a verdict."""
        from rtcalc.registry.schema_published import ContextFile

        notes = self._read("context", ContextFile, lambda f: [e.value() for e in f.notes], lambda note: note.id)
        for note in notes.values():
            self._known("tissue", note.about, self.tissues, "context", note.id)
        return notes

    @cached_property
    def compound_limits(self) -> Named[CompoundLimit]:
        """Published rules of several conditions on re-irradiation, by id."""
        from rtcalc.registry.schema_reirradiation import ReirradiationFile

        rules = self._read("reirradiation", ReirradiationFile, lambda file: file.values_(), lambda rule: rule.id)
        return Named("compound limit", rules)

    @cached_property
    def response(self) -> Mapping[str, ResponseParameters]:
        """Parameter sets of complication and control probabilities by id, the held ones included."""
        from rtcalc.registry.schema_response import ResponseFile

        sets = self._read("response", ResponseFile, lambda file: file.values_(), lambda entry: entry.id)
        return Named("response parameter set", sets)

    # --- queries ----------------------------------------------------------------------------------------------------
    def schedules(self, *, tissue: str | None = None, source: str | None = None) -> tuple[PublishedSchedule, ...]:
        """Published schedules, of one tissue and one paper where asked."""
        return tuple(
            entry
            for entry in self.published.values()
            if tissue in (None, entry.tissue) and source in (None, entry.source)
        )

    def limits(
        self, *, organ: str | None = None, fractions: int | None = None, set_id: str | None = None
    ) -> tuple[Limit, ...]:
        """Rows of the sets, held and unverified ones included (their `standing` says so).

        Parameters
        ----------
        organ : str, optional
            TG-263 name.
        fractions : int, optional
            Rows that were printed for this number.
        set_id : str, optional
            "TG101".

        Returns
        -------
        tuple of Limit
            In the order of the sets and of their sources.

        Raises
        ------
        UnknownName
            No such set.
        """
        asked = self.sets.values() if set_id is None else (self.sets[set_id],)
        return tuple(
            limit
            for limit_set in asked
            for limit in limit_set.limits
            if (organ is None or organ in limit.applies_to or organ == limit.organ)
            and (fractions is None or limit.at(fractions))
        )

    def rules(self, *, drug: str | None = None) -> tuple[Rule, ...]:
        """Return the drug rules, of one drug where asked.

        Parameters
        ----------
        drug : str, optional
            Any of its names.

        Returns
        -------
        tuple of Rule
        """
        if drug is None:
            return tuple(self.interaction_rules.values())
        found = self.drugs[drug]
        names = {found.name, *found.groups}
        return tuple(rule for rule in self.interaction_rules.values() if names & set(rule.agents))

    def tissue_of(self, organ: str) -> Tissue | None:
        """Return the late tissue that stands for an organ.

        Parameters
        ----------
        organ : str
            TG-263 name.

        Returns
        -------
        Tissue or None
            None: none is known.
        """
        late = (tissue for tissue in self.tissues.values() if tissue.kind == "late")
        return next((tissue for tissue in late if organ in tissue.organs), None)

    def alpha_beta_of(self, organ: str) -> AlphaBeta | None:
        """Return the two-source alpha/beta of an organ, which may drive a comparison.

        Parameters
        ----------
        organ : str
            TG-263 name.

        Returns
        -------
        AlphaBeta or None
            None: there is none. [Gy]
        """
        tissue = self.tissue_of(organ)
        return tissue.deciding if tissue else None

    # --- reading ----------------------------------------------------------------------------------------------------
    def _read(
        self,
        kind: str,
        schema: type[BaseModel],
        values: Callable[[Any], Iterable[Value]],
        key: Callable[[Value], str],
    ) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for files in self._validated(kind, schema):
            here: dict[str, Value] = {}
            for value in (value for file in files for value in values(file)):
                if key(value) in here:
                    raise ProtocolError(f"{self._where(kind, key(value))}: this id stands twice")
                here[key(value)] = value
            self._overridden.update(dict.fromkeys(f"{kind}: {name}" for name in here if name in found))
            found.update(here)
        return MappingProxyType(found)

    def _validated(self, kind: str, schema: type[BaseModel]) -> list[list[BaseModel]]:
        """The files of a kind by folder, each read once: several queries look at the same file."""
        if kind not in self._files:
            self._files[kind] = [[self._file(path, schema) for path in files_of(f, kind)] for f in self.folders]
        return self._files[kind]

    def _file(self, path: Path, schema: type[BaseModel]) -> BaseModel:
        from rtcalc.registry.validate import validate

        document = load(path)
        file = validate(document, schema)
        if path.parent not in self.folders:  # references.yaml is what the others cite
            citations.check(document, self.references)
        return file

    def _known(self, what: str, names: Iterable[str], known: Collection[str], kind: str, entry: str) -> None:
        """Refuse an entry that speaks of something no file has, at its place."""
        for name in names:
            if name not in known:
                raise citations.unknown(self._where(kind, entry), what, name, known)

    def _where(self, kind: str, entry: str) -> str:
        return citations.where((path for folder in self.folders for path in files_of(folder, kind)), entry)
