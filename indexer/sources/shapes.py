"""Shapes of codes that readers test, beyond those of `searchcore.codes`."""

from __future__ import annotations

import re

from searchcore.codes import SYSTEMS

# ICD-9-CM is crosswalk and search text here, not a system of records. Undotted; V and E codes are diagnoses.
ICD9_DIAGNOSIS = re.compile(r"^(?:\d{3,5}|V\d{2,4}|E\d{3,4})$")
ICD9_PROCEDURE = re.compile(r"^\d{2,4}$")

ICD10CM = SYSTEMS["ICD10CM"].shape
ICD10PCS = SYSTEMS["ICD10PCS"].shape
# A three-character ICD-10-PCS value names a table; order files carry it as a header row.
ICD10PCS_TABLE = re.compile(r"^[0-9A-HJ-NP-Z]{3}$")
