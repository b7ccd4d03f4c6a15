"""What files of an import spell, whatever wrote them: encodings, separators, values in a cell."""

from pathlib import Path
from typing import Any

import pytest

from api.commands.terminal import CommandError
from api.exporting.text_values import FIELDS, SEVERAL, parts_of, plain, quoted
from api.importing.entries import entries_of
from api.importing.inputs import schema
from api.importing.table import Reading
from api.importing.text_files import check_encoding

NAMES = "sku,name\r\nI1,Señal 5 €\r\n"


def inputs(path: Path, how: Reading) -> list[Any]:
    return [entry.refused or entry.input for entry in entries_of(path, schema, "DEMO", how)]


READ = [
    pytest.param("items.csv", NAMES.encode(), {}, id="UTF-8"),
    pytest.param("items.csv", NAMES.encode("utf-8-sig"), {}, id="UTF-8, marked"),
    pytest.param("items.txt", NAMES.replace(",", "\t").encode("utf-16"), {}, id="Unicode text"),
    pytest.param("items.tsv", b"\xfe\xff" + NAMES.replace(",", "\t").encode("utf-16-be"), {},
                 id="UTF-16 of another byte order"),
    pytest.param("items.csv", NAMES.encode("cp1252"), {"encoding": "cp1252"}, id="named"),
    pytest.param("items.csv", NAMES.encode(), {"encoding": "cp1252"}, id="UTF-8 all the same"),
    pytest.param("items.csv", NAMES.encode("utf-16"), {"encoding": "cp1252"}, id="a mark decides"),
    pytest.param("items.csv", NAMES.encode("utf-16-le"), {"encoding": "utf-16-le"}, id="no mark"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "how"), READ)
def test_a_text_file_is_read_whatever_program_wrote_it(
    tmp_path: Path, name: str, content: bytes, how: dict[str, Any]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert inputs(path, Reading(**how)) == [{"sku": "I1", "name": "Señal 5 €"}]


LONG = "".join(f"I{number},{'x' * 90}\n" for number in range(2, 1002))

REFUSED = [
    pytest.param(NAMES.encode("cp1252"), {},
                 "line 2: byte 0xF1 is no UTF-8. Save the file as CSV UTF-8, or name its encoding:"
                 " --encoding cp1252 is that of many Windows spreadsheets, and would read it as"
                 " 'I1,Señal 5 €'.", id="not UTF-8"),
    pytest.param(b"sku,name\n" + LONG.encode() + b"I2,a\xe4b\n", {},
                 "line 1002: byte 0xE4 is no UTF-8.", id="far below"),
    pytest.param(b"sku,name\nI1,\x81\xf1\n", {"encoding": "cp1252"},
                 "line 2: byte 0x81 is neither UTF-8 nor cp1252.", id="not as named"),
    pytest.param(NAMES.encode("utf-16")[:-1], {},
                 "line 2: byte 0x0A is no UTF-16, which the file's mark says it is.", id="cut off"),
    pytest.param(NAMES.encode("utf-16-le"), {},
                 "line 1: byte 0x00 is no UTF-8. Save the file as CSV UTF-8, or name its encoding:"
                 " --encoding utf-16-le is what it looks like.", id="no mark"),
    pytest.param(b'sku,name\nI1,a\nI2,"' + b"x" * 200_000, {}, "line 3, cannot be read: field",
                 id="no end of a cell"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "how", "said"), REFUSED)
def test_text_that_nobody_can_be_sure_of_is_refused(
    tmp_path: Path, content: bytes, how: dict[str, Any], said: str
) -> None:
    path = tmp_path / "items.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as told:
        inputs(path, Reading(**how))
    assert f"{path}, {said}" in str(told.value)


@pytest.mark.parametrize("name", ["cp12520", "base64"])
def test_an_encoding_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="There is no encoding"):
        check_encoding(name)


def test_empty_columns_on_the_right_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("sku;name;;\nI1;a;;\n;;;\nI2;;; \nI3;;;b\n")
    first, second, third = inputs(path, Reading())
    assert (first, second) == ({"sku": "I1", "name": "a"}, {"sku": "I2"})
    assert [one.problem for one in third.refusals] == ["The row has 4 cells, not 2."]


def test_decimal_commas_may_be_said_of_a_file_with_tabs(tmp_path: Path) -> None:
    path = tmp_path / "items.txt"
    path.write_text("sku\tweight\tunits\nI1\t1,25\tHalf=0,5;Box=2\n")
    (entry,) = inputs(path, Reading(decimal_comma=True))
    units = [{"uom": "Half", "factor": "0.5"}, {"uom": "Box", "factor": "2"}]
    assert entry == {"sku": "I1", "weight": "1.25", "units": units}


@pytest.mark.parametrize("name", ["Box", "Box; large", "a=b", "C:\\=;", "\\", "\\\\;", "é"])
def test_values_of_a_cell_with_several_are_read_as_they_were_written(name: str) -> None:
    units = [(name, "0.5"), ("Pair", "2")]
    cell = SEVERAL.join(FIELDS.join(quoted(one, SEVERAL, FIELDS) for one in unit) for unit in units)
    read = [tuple(map(plain, parts_of(part, FIELDS))) for part in parts_of(cell, SEVERAL)]
    assert read == units
    listed = SEVERAL.join(quoted(one, SEVERAL) for one in (name, "b"))
    assert list(map(plain, parts_of(listed, SEVERAL))) == [name, "b"]
