/**
 * The list of all tasks.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.task.catalog;

import org.jspecify.annotations.NullMarked;
