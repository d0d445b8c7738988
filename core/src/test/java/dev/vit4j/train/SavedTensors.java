package dev.vit4j.train;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.tensor.DType;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors of saved weights; what a file says of its run besides may differ. */
final class SavedTensors {
  private SavedTensors() {}

  /** Names with types and shapes, and the bytes of each. */
  static Map<String, ByteBuffer> of(Path folder) throws IOException {
    Map<String, ByteBuffer> tensors = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(folder.resolve(WeightsFolder.WEIGHTS))) {
      for (TensorInfo t : file.tensors().values()) {
        ByteBuffer data = file.data(t.name());
        tensors.put(t.toString(), ByteBuffer.allocate(data.remaining()).put(data).flip());
      }
    }
    return tensors;
  }

  /** The values of the f32 tensors by name. */
  static Map<String, float[]> floats(Path folder) throws IOException {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(folder.resolve(WeightsFolder.WEIGHTS))) {
      for (TensorInfo t : file.tensors().values()) {
        if (t.dtype() == DType.F32) {
          FloatBuffer data = file.data(t.name()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
          float[] values = new float[data.remaining()];
          data.get(values);
          tensors.put(t.name(), values);
        }
      }
    }
    return tensors;
  }
}
