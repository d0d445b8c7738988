package dev.vit4j.tensor;

import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A connection to c10d's {@code TCPStore}, a table of texts in the memory of one process that the
 * others reach over TCP. It has no password. Methods throw a {@link RuntimeException} if the
 * connection is lost.
 */
public final class KeyValueStore {
  /** A process group uses its store as long as the process lives. */
  private static final Queue<TCPStore> KEPT = new ConcurrentLinkedQueue<>();

  private static final String LOG_LEVEL = "TORCH_CPP_LOG_LEVEL";

  private static boolean silent;

  final TCPStore raw;

  private KeyValueStore(TCPStore raw) {
    this.raw = raw.retainReference(); // outlives the scope in which it is created
    KEPT.add(raw);
  }

  /**
   * Opens the table in this process, and a connection to it.
   *
   * @param port port to listen on, all addresses; 0 for a free one
   * @throws RuntimeException if the port is in use
   */
  public static KeyValueStore serve(int port) {
    return open("127.0.0.1", port, true, 10_000);
  }

  /**
   * Connects to the table of another process.
   *
   * @param milliseconds how long to wait for the connection
   */
  public static KeyValueStore connect(String host, int port, long milliseconds) {
    return open(host, port, false, milliseconds);
  }

  /** c10d warns for instance about hosts without a name; failures are exceptions in any case. */
  private static synchronized void silence() {
    Native.load();
    if (!silent && System.getenv(LOG_LEVEL) == null) {
      Glibc.setEnvironment(LOG_LEVEL, "FATAL");
      torch.initLogging();
    }
    silent = true;
  }

  private static KeyValueStore open(String host, int port, boolean serves, long milliseconds) {
    silence();
    TCPStoreOptions options =
        new TCPStoreOptions()
            .port((short) port)
            .isServer(serves)
            .waitWorkers(false)
            .timeout(new Milliseconds(milliseconds));
    return new KeyValueStore(new TCPStore(host, options));
  }

  /** The port of the table. */
  public int port() {
    return raw.getPort() & 0xFFFF;
  }

  /** Sets the text of a key. */
  public void set(String key, String text) {
    try (Scope scope = Scope.open()) {
      raw.set(key, new ByteVector(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** Returns the text of a key; null if it has none. Does not wait for it. */
  public @Nullable String get(String key) {
    try (Scope scope = Scope.open()) {
      if (!raw.check(new StringVector(key))) {
        return null;
      }
      ByteVector value = raw.get(key);
      byte[] bytes = new byte[(int) value.size()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = value.get(i);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Adds to the number of a key, 0 if it has none, and returns the sum. */
  public long add(String key, long number) {
    return raw.add(key, number);
  }
}
