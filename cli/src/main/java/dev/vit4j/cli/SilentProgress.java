package dev.vit4j.cli;

import dev.vit4j.train.Progress;

/** The progress of other ranks than 0: prints nothing, but stops at Ctrl-C together with rank 0. */
record SilentProgress(StopOnSignal stop) implements Progress {
  @Override
  public void start(Start start) {
    stop.begin();
  }

  @Override
  public void stalled(String failure) {
    StopOnSignal.fail(failure);
  }

  @Override
  public boolean stopRequested() {
    return stop.requested();
  }
}
