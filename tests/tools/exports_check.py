"""Opens every export in a folder with the readers that other people use, and tells what they cannot read.

    python3 tests/tools/exports_check.py FOLDER

Readers (PyPI): followthemoney, case-utils, jsonschema and libcovebods (BODS), anxwritter, networkx, openpyxl, lxml. A
format whose reader is not installed is told as skipped. Prints one line a file; exits 1 where a file is not right.
`GELDSPOOR_EXPORT_SAMPLES=FOLDER cargo test export::checks` writes a folder of hard samples.
"""

import importlib
import json
import pathlib
import re
import subprocess
import sys


def need(name):
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        raise Skip(f"{missing.name} is not installed") from missing


class Skip(Exception):
    """A reader is not there."""


def ftm(path):
    model = need("followthemoney").model
    ids, wanted, lines = {}, [], 0
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            entity = json.loads(line)
            lines += 1
            schema = model.get(entity["schema"])
            assert entity["id"] not in ids, f"{entity['id']} came twice"
            ids[entity["id"]] = schema
            schema.validate(entity["properties"])
            for name in schema.required:
                assert entity["properties"].get(name), f"{entity['id']} has no {name}"
            proxy = model.get_proxy(entity, cleaned=False)
            for name, values in entity["properties"].items():
                prop = schema.get(name)
                kept = proxy.get(name)
                # The library joins values that differ in spaces or invisible signs only, and drops texts of nothing else.
                if prop.type.name not in ("text", "string", "name", "address"):
                    assert len(kept) == len(set(values)), f"{entity['id']} {name}: {values} became {kept}"
                if prop.type.name == "entity":
                    wanted += [(entity["id"], prop, value) for value in values]
    for entity_id, prop, value in wanted:
        assert value in ids, f"{entity_id} {prop.name}: {value} is not in the file"
        assert ids[value].is_a(prop.range), f"{entity_id} {prop.name}: {ids[value].name} is no {prop.range.name}"
    return f"{lines} entities"


def bods(path):
    jsonschema = need("jsonschema")
    referencing = need("referencing")
    folder = pathlib.Path(need("libcovebods").__file__).parent / "data" / "schema-0-4-0"
    schemas = [json.loads((folder / f"{name}.json").read_text()) for name in
               ("statement", "components", "entity-record", "person-record", "relationship-record")]
    registry = referencing.Registry().with_resources(
        (schema["$id"], referencing.Resource.from_contents(schema)) for schema in schemas)
    statements = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(
        schemas[0], registry=registry, format_checker=jsonschema.FormatChecker())
    for error in validator.iter_errors(statements):
        raise AssertionError(f"{list(error.absolute_path)}: {error.message[:200]}")
    known, names = set(), set()
    for statement in statements:
        assert statement["statementId"] not in names
        names.add(statement["statementId"])
        details = statement["recordDetails"]
        for end in (details.get("subject"), details.get("interestedParty")):
            assert not isinstance(end, str) or end in known, f"{end} comes later"
        known.add(statement["recordId"])
    assert all(statement["declarationSubject"] in known for statement in statements)
    return f"{len(statements)} statements"


def part(path):
    """A large graph: some nodes of each kind with all that they refer to. The shapes take hours over tens of thousands."""
    graph = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    nodes = {node["@id"]: node for node in graph["@graph"]}
    assert len(nodes) == len(graph["@graph"]), "an id came twice"
    if len(nodes) <= 1500:
        return path, len(nodes)

    def named(value):
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                yield value["@id"]
            for inner in value.values():
                yield from named(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from named(inner)

    kinds, taken = {}, {}
    for node in nodes.values():
        for name in named(node):
            assert name in nodes or "entry-" in name or "place-" in name, f"{name} is named and not in the file"
        few = kinds.setdefault(str(node["@type"]), [])
        if len(few) < 8:
            few.append(node["@id"])
    waiting = [name for few in kinds.values() for name in few]
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in taken and len(taken) < 400:
            taken[name] = nodes[name]
            waiting += named(nodes[name])
    small = pathlib.Path(path).with_suffix(".part.json")
    small.write_text(json.dumps({"@context": graph["@context"], "@graph": list(taken.values())}), encoding="utf-8")
    return small, len(nodes)


def case(path):
    need("case_utils")
    whole, (path, nodes) = path, part(path)
    try:
        said = shapes(path, whole == path)
    finally:
        if path != whole:
            pathlib.Path(path).unlink()
    return said if path == whole else f"{nodes} nodes, of which {said} were held against the shapes"


def shapes(path, is_whole):
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from case_utils.case_validate import main; sys.exit(main())",
         "--built-version", "case-1.5.0", str(path)],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:600] + done.stderr[-600:]
    graph = need("rdflib").Graph().parse(str(path), format="json-ld")
    loose = [str(node) for node in set(graph.objects()) if str(node).startswith("urn:geldspoor:case:")
             and (node, None, None) not in graph and "entry-" not in str(node)]
    assert not loose or not is_whole, f"{loose[0]} is named and not in the file"
    return f"{len(graph)} statements"


def anx(path):
    lxml = need("lxml.etree")
    package = pathlib.Path(need("anxwritter").__file__).parent
    words = set()
    for source in package.glob("*.py"):
        words |= set(re.findall(r"[A-Za-z][A-Za-z0-9]*", source.read_text(encoding="utf-8")))
    # anxwritter names entity types by icon; the reference to one is i2's own.
    words |= {"EntityTypeReference", "StrengthReference"}
    root = lxml.parse(str(path)).getroot()
    assert root.tag == "Chart"
    ids, entities, links = set(), set(), 0
    for element in root.iter(lxml.Element):
        assert element.tag in words, f"element {element.tag}"
        for name, value in element.attrib.items():
            assert name in words, f"attribute {element.tag} {name}"
            if name == "Id":
                assert value not in ids, f"id {value} came twice"
                ids.add(value)
        if element.tag == "Entity":
            assert element.get("EntityId") not in entities
            entities.add(element.get("EntityId"))
    for element in root.iter(lxml.Element):
        for name, value in element.attrib.items():
            if name.endswith("Reference") and name != "SourceReference":
                assert value in ids, f"{element.tag} {name} {value}"
        if element.tag == "Link":
            links += 1
            assert element.get("End1Id") in entities and element.get("End2Id") in entities
        if element.tag == "Attribute":
            kind = root.find(f".//AttributeClass[@Id='{element.get('AttributeClassReference')}']").get("Type")
            if kind == "AttNumber":
                float(element.get("Value"))
            if kind == "AttFlag":
                assert element.get("Value") in ("true", "false")
    return f"{len(entities)} entities, {links} links"


def graphml(path):
    graph = need("networkx").read_graphml(path)
    assert all("label" in data for _, data in graph.nodes(data=True)), "a node that is only named"
    return f"{graph.number_of_nodes()} nodes, {graph.number_of_edges()} edges"


def gexf(path):
    lxml = need("lxml.etree")
    space = "{http://gexf.net/1.3}"
    root = lxml.parse(str(path)).getroot()
    assert root.tag == space + "gexf" and root.get("version") == "1.3"
    graph = root.find(space + "graph")
    nodes = {node.get("id") for node in graph.find(space + "nodes")}
    columns = {(group.get("class"), column.get("id")) for group in graph.findall(space + "attributes")
               for column in group}
    assert len(nodes) == len(graph.find(space + "nodes"))
    edges = graph.find(space + "edges")
    for edge in edges:
        assert edge.get("source") in nodes and edge.get("target") in nodes
        if edge.get("start") and edge.get("end"):
            assert edge.get("start") <= edge.get("end")
    for kind, items in (("node", graph.find(space + "nodes")), ("edge", edges)):
        for item in items:
            for value in item.find(space + "attvalues"):
                assert (kind, value.get("for")) in columns, value.get("for")
    # NetworkX reads GEXF up to 1.2, which differs in the names of the version and of times alone.
    text = pathlib.Path(path).read_text(encoding="utf-8")
    text = text.replace("http://gexf.net/1.3\" version=\"1.3", "http://www.gexf.net/1.2draft\" version=\"1.2")
    text = text.replace("timeformat=\"dateTime\"", "timeformat=\"date\"")
    plain = pathlib.Path(path).with_suffix(".gexf12")
    plain.write_text(text, encoding="utf-8")
    try:
        read = need("networkx").read_gexf(plain)
    finally:
        plain.unlink()
    assert read.number_of_nodes() == len(nodes) and read.number_of_edges() == len(edges)
    return f"{len(nodes)} nodes, {len(edges)} edges"


def goaml(path):
    lxml = need("lxml.etree")
    tree = lxml.parse(str(path))
    root = tree.getroot()
    assert root.tag == "report" and root.findtext("reason").startswith("DRAFT")
    head = [child.tag for child in root if child.tag is not lxml.Comment]
    order = ["rentity_id", "rentity_branch", "submission_code", "report_code", "entity_reference", "fiu_ref_number",
             "submission_date", "currency_code_local", "reporting_person", "reason", "action", "transaction",
             "report_indicators"]
    assert head == sorted(head, key=order.index), head
    transactions = root.findall("transaction")
    for transaction in transactions:
        sides = [child.tag for child in transaction if child.tag.startswith("t_")]
        parties = transaction.findall("involved_parties/party")
        assert len(sides) == 2 or len(parties) == 2, sides
        assert float(transaction.findtext("amount_local")) >= 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", transaction.findtext("date_transaction"))
        assert len(transaction.findtext("transactionnumber")) <= 50
    return f"{len(transactions)} transactions"


def xlsx(path):
    openpyxl = need("openpyxl")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "Explanation"
    rows = 0
    for sheet in book:
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref, sheet.title
        titles = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            rows += 1
            for title, cell in zip(titles, row):
                assert cell.data_type != "f", f"{sheet.title} {cell.coordinate} is a formula"
                if title and (title.endswith("_id") or title in ("number", "iban", "bank_reference")):
                    assert cell.value is None or cell.data_type in ("s", "inlineStr"), f"{sheet.title} {title}"
                if title in ("opened", "booking_date", "birth_date") and cell.value is not None:
                    assert cell.is_date, f"{sheet.title} {title}"
                if isinstance(cell.value, str):
                    assert not cell.value.startswith(("=", "+", "-", "@", "\t", "\r")), f"{cell.coordinate}"
    return f"{len(book.sheetnames)} sheets, {rows} rows"


READERS = {".ftm.jsonl": ftm, ".bods.json": bods, ".case.jsonld": case, ".anx": anx, ".graphml": graphml,
           ".gexf": gexf, ".goaml.xml": goaml, ".xlsx": xlsx}


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    wrong = read = skipped = 0
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        for ending, reader in READERS.items():
            if not path.name.endswith(ending):
                continue
            try:
                print(f"{path.name}: {reader(path)}")
                read += 1
            except Skip as reason:
                print(f"{path.name}: skipped, {reason}")
                skipped += 1
            except Exception as fault:  # Whatever a reader says is what a person must see.
                print(f"{path.name}: WRONG, {type(fault).__name__}: {str(fault)[:500]}")
                wrong += 1
    print(f"{read} read, {wrong} wrong, {skipped} skipped")
    return 1 if wrong or not read else 0


if __name__ == "__main__":
    sys.exit(main())
