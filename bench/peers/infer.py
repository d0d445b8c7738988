"""Forward passes of a timm model by PyTorch, ONNX Runtime or OpenVINO, as `vit bench infer` times them.

python bench/peers/infer.py --engine torch|ort|openvino --model vit_base_patch16_224 --batch 8 --threads 2 [--dtype bf16|int8]
Random weights and inputs; three passes to warm up, then the timed ones. int8 is ONNX Runtime's dynamic quantization:
weights per channel, activations per tensor. --cache DIR keeps the exported files.
"""

import argparse
import os
import statistics
import tempfile
import time

import timm
import torch


def exported(model, x, dtype, file):
    """The model as an ONNX file; dtype int8 quantizes it."""
    if not os.path.exists(file):
        torch.onnx.export(model, x, file, dynamo=True, external_data=False)
    if dtype != "int8":
        return file
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    int8 = file.replace(".onnx", "-int8.onnx")
    if not os.path.exists(int8):
        graph = onnx.load(file)
        del graph.graph.value_info[:]  # some of the exporter's shapes do not fit the quantized weights
        quantize_dynamic(graph, int8, per_channel=True, weight_type=QuantType.QInt8)
    return int8


def passes(engine, model, x, dtype, threads, file):
    """A function that runs one forward pass."""
    if engine == "torch":
        if dtype == "bf16":
            model, x = model.bfloat16(), x.bfloat16()
        return lambda: model(x)
    file = exported(model, x, dtype, file)
    if engine == "ort":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        inputs = {session.get_inputs()[0].name: x.numpy()}
        return lambda: session.run(None, inputs)
    import openvino

    settings = {"INFERENCE_PRECISION_HINT": dtype, "INFERENCE_NUM_THREADS": threads}
    compiled = openvino.Core().compile_model(file, "CPU", settings)
    return lambda: compiled([x.numpy()])


def timed(run, runs):
    """The milliseconds of each timed run."""
    times = []
    for i in range(-3, runs):
        start = time.perf_counter()
        run()
        if i >= 0:
            times.append((time.perf_counter() - start) * 1e3)
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=["torch", "ort", "openvino"], default="torch")
    parser.add_argument("--model", default="vit_base_patch16_224")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--dtype", choices=["f32", "bf16", "int8"], default="f32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--cache", default=None)
    a = parser.parse_args()
    if a.dtype == "int8" and a.engine != "ort":
        parser.error("int8 is for --engine ort")
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    model = timm.create_model(a.model).eval()
    x = torch.randn(a.batch, *model.default_cfg["input_size"])
    with torch.no_grad():
        file = os.path.join(a.cache or tempfile.mkdtemp(), f"{a.model}-{a.batch}.onnx")
        times = timed(passes(a.engine, model, x, a.dtype, a.threads, file), a.runs)
    median = statistics.median(times)
    print(
        f"{a.engine} infer {a.model} B={a.batch} {a.dtype} threads={a.threads}: median {median:.2f} ms, "
        f"best {min(times):.2f} ms, {a.batch * 1000 / median:.2f} img/s"
    )


if __name__ == "__main__":
    main()
