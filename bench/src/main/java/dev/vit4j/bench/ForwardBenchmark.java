package dev.vit4j.bench;

import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Generator;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One thread's forward pass, and forward with backward, of small models. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ForwardBenchmark {
  @Param({"vit_mnist_1850", "vit_tiny_patch16_224"})
  String name;

  @Param({"1", "32"})
  int batch;

  private Model model;
  private Tensor x;
  private Tensor labels;

  /** Random weights and inputs. */
  @Setup
  public void setup() {
    model = Models.create(name, Map.of(), Init.seeded(0));
    model.train(true);
    x =
        Tensor.empty(DType.F32, Device.CPU, batch, model.channels(), model.height(), model.width())
            .normal_(0, 1, new Generator(0));
    labels = Tensor.of(new long[batch], batch);
  }

  @Benchmark
  public float[] forward() {
    try (NoGrad g = NoGrad.on();
        Scope s = Scope.open()) {
      return model.apply(x).toFloats();
    }
  }

  @Benchmark
  public double forwardAndBackward() {
    try (Scope s = Scope.open()) {
      Tensor loss = Ops.crossEntropy(model.apply(x), labels, 0);
      loss.backward();
      double value = loss.item();
      model.parameters().values().forEach(Tensor::clearGrad);
      return value;
    }
  }
}
