"""One run of dicompyler-core over a whole plan, for `peers.py`, under a Python that has it.

With `use_structure_extents=True`, its fast setting, which has the same numbers as its default.
"""

import json
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import numpy as np  # noqa: E402

if not hasattr(np, "trapz"):
    np.trapz = np.trapezoid  # noqa: NPY201 - the old name is the one it uses
from dicompylercore import dicomparser, dvhcalc  # noqa: E402

case = sys.argv[1]
start, processor = time.perf_counter(), time.process_time()
structures, dose = dicomparser.DicomParser(f"{case}/RS.dcm"), dicomparser.DicomParser(f"{case}/RD.dcm")
read = time.perf_counter()
values = {}
for number, one in structures.GetStructures().items():
    curve = dvhcalc.get_dvh(structures.ds, dose.ds, number, use_structure_extents=True)
    doses, counts = np.asarray(curve.bins)[: len(curve.counts)], np.asarray(curve.counts)
    metrics = {f"D{share}%": float(np.interp(-share / 100 * counts[0], -counts, doses)) for share in (95, 2)}
    values[one["name"]] = {**metrics, "Dmean": float(curve.mean), "volume": float(curve.volume)}
end = time.perf_counter()
taken = {"seconds": end - start, "reading": read - start, "processor": time.process_time() - processor}
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
sys.__stdout__.write("\n" + json.dumps({**taken, "memory": memory, "values": values}) + "\n")
