package dev.vit4j.bench;

import dev.vit4j.text.TextFile;
import dev.vit4j.text.Tokenizer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Captions per second of CLIP's tokenizer, with one thread and with several. The peer is {@code
 * bench/peers/tokenize.py}, which also writes the captions.
 *
 * <p>Arguments: a file with a caption per line, and the number of threads.
 */
public final class TokenizerBench {
  private static final int ROUNDS = 3;

  private TokenizerBench() {}

  /** See above. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> captions = new ArrayList<>();
    try (TextFile file = TextFile.open(Path.of(args[0]))) {
      for (TextFile.Line line = file.read(); line != null; line = file.read()) {
        captions.add(line.text());
      }
    }
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    for (int round = 0; round < ROUNDS; round++) { // the first warms up
      report(captions, 1);
      report(captions, threads);
    }
  }

  private static void report(List<String> captions, int threads) throws InterruptedException {
    long[] processor = new long[threads]; // nanoseconds
    long[] sums = new long[threads];
    List<Thread> running =
        IntStream.range(0, threads)
            .mapToObj(t -> new Thread(() -> work(captions, t, threads, processor, sums)))
            .toList();
    long start = System.nanoTime();
    running.forEach(Thread::start);
    for (Thread thread : running) {
      thread.join();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double used = IntStream.range(0, threads).mapToDouble(t -> processor[t] / 1e9).sum();
    long sum = IntStream.range(0, threads).mapToLong(t -> sums[t]).sum();
    System.out.printf(
        Locale.ROOT,
        "%d threads: %,.0f captions/s, %,.0f per second of processor time (sum of ids %d)%n",
        threads,
        captions.size() / seconds,
        captions.size() / used,
        sum);
  }

  private static void work(
      List<String> captions, int thread, int threads, long[] processor, long[] sums) {
    Tokenizer tokenizer = Tokenizer.clip();
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long sum = 0;
    for (int i = thread; i < captions.size(); i += threads) {
      for (int id : tokenizer.tokens(captions.get(i), Tokenizer.CLIP_CONTEXT)) {
        sum += id;
      }
    }
    processor[thread] = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    sums[thread] = sum;
  }
}
