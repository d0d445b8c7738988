/** The catalog of model families and their variants. */
@NullMarked
package dev.vit4j.model.catalog;

import org.jspecify.annotations.NullMarked;
