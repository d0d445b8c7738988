/** Models, one file per family, and the catalogue of their names. */
@NullMarked
package dev.vit4j.model;

import org.jspecify.annotations.NullMarked;
