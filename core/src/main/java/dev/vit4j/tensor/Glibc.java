package dev.vit4j.tensor;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Settings of Linux's C library that make libtorch faster, for processes that were not started with
 * them. Without effect on other systems and C libraries.
 */
final class Glibc {
  /**
   * glibc takes larger blocks from the operating system and gives them back when they are freed, so
   * the next layer waits for hundreds of page faults. Freeing a block of this size, the largest
   * that counts, makes glibc keep memory up to twice the size (mallopt(3), M_MMAP_THRESHOLD).
   */
  private static final long KEPT = (32L << 20) - 4096;

  private static final String CORE_TYPE = "OPENBLAS_CORETYPE";

  private Glibc() {}

  /** Makes the settings; call it before OpenBLAS is loaded. */
  static void prepare() {
    if (!Engine.isLinux()) {
      return;
    }
    Pointer.free(Pointer.malloc(KEPT));
    String type = coreType(Engine.cpuVendor(), Engine.cpuFlags());
    if (!type.isEmpty() && System.getenv(CORE_TYPE) == null) {
      setEnvironment(CORE_TYPE, type);
    }
  }

  /**
   * Returns the kernels that OpenBLAS should use; empty for those that it chooses. It takes an AMD
   * processor that is newer than itself for one with AVX2 only.
   */
  static String coreType(String vendor, Set<String> flags) {
    return vendor.equals("AuthenticAMD") && flags.contains("avx512vl") ? "SKYLAKEX" : "";
  }

  /**
   * Sets an environment variable of this process for native code; the variable must be new. Java
   * has no call for it: this adds an entry to a copy of the C library's list.
   */
  static void setEnvironment(String name, String value) {
    Pointer address = Loader.addressof("environ");
    if (address == null || address.isNull()) {
      return;
    }
    PointerPointer<BytePointer> variable = new PointerPointer<>(address); // char ***
    PointerPointer<BytePointer> old = new PointerPointer<>(variable.get(0)); // char **
    long count = 0;
    while (old.get(count) != null) {
      count++;
    }
    PointerPointer<BytePointer> list =
        new PointerPointer<>(Pointer.malloc((count + 2) * Long.BYTES)); // never freed
    for (long i = 0; i < count; i++) {
      list.put(i, old.get(i));
    }
    list.put(count, text(name + "=" + value));
    list.put(count + 1, (Pointer) null);
    variable.put(0, list);
  }

  /** Returns a text that ends with a zero, which is never freed. */
  private static BytePointer text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    BytePointer copy = new BytePointer(Pointer.malloc(bytes.length + 1L));
    copy.put(bytes, 0, bytes.length);
    copy.put(bytes.length, (byte) 0);
    return copy;
  }
}
