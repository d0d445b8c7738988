package dev.vit4j.nn;

import dev.vit4j.tensor.Tensor;

/** Two linear layers with an activation in between (timm's {@code Mlp}). */
public final class Mlp extends Module {
  private final Linear fc1;
  private final Activation act;
  private final Dropout drop;
  private final Linear fc2;

  /**
   * @param dim width of the tokens
   * @param hidden width of the hidden layer
   * @param bias whether the layers have biases
   * @param dropRate probability of dropout after each layer
   */
  public Mlp(Init init, int dim, int hidden, Activation act, boolean bias, double dropRate) {
    this(init, dim, hidden, dim, act, bias, dropRate);
  }

  /**
   * As the other constructor, with another width of the outputs.
   *
   * @param out width of the outputs
   */
  public Mlp(
      Init init, int dim, int hidden, int out, Activation act, boolean bias, double dropRate) {
    this.fc1 = child("fc1", new Linear(init, dim, hidden, bias));
    this.act = act;
    this.drop = child("drop", new Dropout(dropRate));
    this.fc2 = child("fc2", new Linear(init, hidden, out, bias));
  }

  /** Creates the MLP of an encoder block. */
  Mlp(EncoderBlock.Inits inits, EncoderBlock.Config c) {
    EncoderBlock.Names names = c.names();
    this.fc1 = child(names.fc1(), new Linear(inits.fc1(), c.dim(), c.hidden(), c.projBias()));
    this.act = c.act();
    this.drop = child("drop", new Dropout(c.projDropRate()));
    this.fc2 = child(names.fc2(), new Linear(inits.fc2(), c.hidden(), c.dim(), c.projBias()));
  }

  /** [B, N, D] to [B, N, D], or to the width of the outputs. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor h = drop.apply(fc1.apply(x, act)); // [B, N, hidden]
    return drop.apply(fc2.apply(h));
  }
}
