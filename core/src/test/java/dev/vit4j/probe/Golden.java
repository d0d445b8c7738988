package dev.vit4j.probe;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A file of golden values. */
record Golden(Path file) {
  static Golden of(String name) {
    return new Golden(Path.of("src/test/resources/fixtures", name));
  }

  private Tensor tensor(Safetensors open, String name, DType dtype) {
    TensorInfo info = open.tensors().get(name);
    return Tensor.of(open.data(name), info.dtype(), info.shape()).to(dtype);
  }

  Tensor tensor(String name) throws IOException {
    try (Safetensors open = Safetensors.open(file)) {
      return tensor(open, name, DType.F32);
    }
  }

  float[][] rows(String name) throws IOException {
    try (Safetensors open = Safetensors.open(file);
        Scope scope = Scope.open()) {
      Tensor all = tensor(open, name, DType.F32);
      float[][] rows = new float[(int) all.size(0)][];
      Arrays.setAll(rows, i -> all.select(0, i).toFloats());
      return rows;
    }
  }

  double[] doubles(String name) throws IOException {
    try (Safetensors open = Safetensors.open(file);
        Scope scope = Scope.open()) {
      return tensor(open, name, DType.F64).toDoubles();
    }
  }

  int[] labels(String name) throws IOException {
    try (Safetensors open = Safetensors.open(file);
        Scope scope = Scope.open()) {
      return Arrays.stream(tensor(open, name, DType.I64).toLongs())
          .mapToInt(i -> (int) i)
          .toArray();
    }
  }
}
