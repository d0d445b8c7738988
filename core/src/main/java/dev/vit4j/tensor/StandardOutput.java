package dev.vit4j.tensor;

import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/**
 * Mutes what C++ code prints to {@code std::cout}, while it is open; Java's {@code System.out} is
 * another stream of the same file. Without effect on other systems than Linux.
 */
record StandardOutput(IntPointer state) implements AutoCloseable {
  /** Mangled name of {@code std::cout}. */
  private static final String COUT = "_ZSt4cout";

  /**
   * Offset of its error state in 64-bit libstdc++, whose layout is part of its stable ABI: the
   * stream's and the base's table of methods, precision, width, format and exceptions.
   */
  private static final long STATE = 5L * Long.BYTES;

  private static final int BAD = 1; // std::ios_base::badbit: everything is dropped

  static StandardOutput mute() {
    Pointer cout = Engine.isLinux() ? Loader.addressof(COUT) : null;
    IntPointer state =
        cout == null || cout.isNull() ? new IntPointer(1L).put(0) : new IntPointer(at(cout));
    if (state.get() == 0) {
      state.put(BAD);
    }
    return new StandardOutput(state);
  }

  private static Pointer at(Pointer cout) {
    return new Pointer(cout) {
      {
        address = cout.address() + STATE;
      }
    };
  }

  @Override
  public void close() {
    if (state.get() == BAD) {
      state.put(0);
    }
  }
}
