"""Checks every .onnx file of a folder as strictly as Python's onnx package can; prints one line of JSON a file."""
import json
import sys
from pathlib import Path

try:
    import onnx
except ImportError:
    sys.exit("python3-onnx is missing; npm run python-onnx installs it")

for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    found = {"file": path.stem}
    try:
        onnx.checker.check_model(str(path), full_check=True)
        model = onnx.load(str(path))
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        described = [*model.graph.input, *model.graph.output]
        found["undescribed"] = [value.name for value in described if not value.doc_string]
        found["unnamed"] = sum(not node.name for node in model.graph.node)
        known = {value.name: value for value in [*inferred.graph.value_info, *inferred.graph.output]}
        outputs = {name for node in model.graph.node for name in node.output if name}
        found["untyped"] = sorted(outputs - {name for name, value in known.items() if value.type.tensor_type.elem_type})
        found["metadata"] = {entry.key: entry.value for entry in model.metadata_props}
    except Exception as error:  # the test shows it
        found["error"] = str(error)
    print(json.dumps(found))
