/** The list of all tasks. */
@NullMarked
package dev.vit4j.task.catalog;

import org.jspecify.annotations.NullMarked;
