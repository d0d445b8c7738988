/** The command line: one class per command, which calls the public API. */
@NullMarked
package dev.vit4j.cli;

import org.jspecify.annotations.NullMarked;
