/** Files from the web: patient, resumable, checked, and no further than the user has said. */
@NullMarked
package dev.vit4j.web;

import org.jspecify.annotations.NullMarked;
