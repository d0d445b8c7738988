package dev.vit4j.train;

/** The loss became NaN or infinite; the last good checkpoint is untouched. */
public final class NonFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NonFiniteLossException(long step, int epoch, double loss, double lr) {
    super(
        "the loss became %s at step %d (epoch %d, learning rate %.3g): lower lr, add warmup_epochs or clip_grad; weights/last holds the last good state"
            .formatted(loss, step, epoch, lr));
  }
}
