package dev.vit4j.cli;

import dev.vit4j.train.Environment;
import picocli.CommandLine.IVersionProvider;

/** What {@code vit --version} says. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {text()};
  }

  /** Name and version. */
  static String text() {
    return "vit4j " + number();
  }

  /** The version alone. */
  static String number() {
    return Environment.version();
  }
}
