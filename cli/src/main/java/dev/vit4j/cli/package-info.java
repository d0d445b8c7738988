/** The command line: one file per verb, each a few calls of the public API. */
@NullMarked
package dev.vit4j.cli;

import org.jspecify.annotations.NullMarked;
