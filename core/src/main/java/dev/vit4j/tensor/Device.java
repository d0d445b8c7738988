package dev.vit4j.tensor;

import java.util.Locale;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The device on which a tensor is stored.
 *
 * @param type the kind of device
 * @param index device number, 0 for the first
 */
public record Device(Type type, int index) {

  /** Device types. {@code META} tensors have shapes but no memory, and nothing is computed. */
  public enum Type {
    CPU,
    CUDA,
    META
  }

  public static final Device CPU = new Device(Type.CPU, 0);

  /** Tensors without memory: shapes are inferred, nothing is computed. */
  public static final Device META = new Device(Type.META, 0);

  /**
   * Parses {@code auto} (CUDA if available, else the CPU), {@code cpu}, {@code cuda} or {@code
   * cuda:n}.
   *
   * @throws IllegalArgumentException for any other text, or if that GPU does not exist
   */
  public static Device parse(String text) {
    String name = text.trim().toLowerCase(Locale.ROOT);
    if (name.equals("auto")) {
      return cudaCount() > 0 ? new Device(Type.CUDA, 0) : CPU;
    }
    if (name.equals("cpu")) {
      return CPU;
    }
    if (name.matches("cuda(:\\d{1,3})?")) {
      int index = name.equals("cuda") ? 0 : Integer.parseInt(name.substring(5));
      int count = cudaCount();
      if (index >= count) {
        throw new IllegalArgumentException(
            "device "
                + text
                + " does not exist: "
                + (count == 0
                    ? "this libtorch sees no GPU; use --device cpu"
                    : "GPUs are cuda:0 to cuda:" + (count - 1)));
      }
      return new Device(Type.CUDA, index);
    }
    throw new IllegalArgumentException(
        "unknown device '" + text + "': use auto, cpu, cuda or cuda:n");
  }

  /** Number of CUDA devices available to libtorch; 0 with the CPU natives. */
  public static int cudaCount() {
    Native.load();
    return torch.cuda_is_available() ? torch.cuda_device_count() : 0;
  }

  DeviceOptional optional() {
    return new DeviceOptional(raw());
  }

  org.bytedeco.pytorch.Device raw() {
    return new org.bytedeco.pytorch.Device(toString());
  }

  @Override
  public String toString() {
    String name = type.name().toLowerCase(Locale.ROOT);
    return type == Type.CUDA ? name + ":" + index : name;
  }
}
