/** Recipes: their keys, reading, checking and writing. */
@NullMarked
package dev.vit4j.recipe;

import org.jspecify.annotations.NullMarked;
