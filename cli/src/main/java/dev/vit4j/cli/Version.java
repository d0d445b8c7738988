package dev.vit4j.cli;

import dev.vit4j.train.Environment;
import picocli.CommandLine.IVersionProvider;

/** Version that {@code vit --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {text()};
  }

  /** Returns the name and version. */
  static String text() {
    return "vit4j " + number();
  }

  /** Returns the version number. */
  static String number() {
    return Environment.version();
  }
}
