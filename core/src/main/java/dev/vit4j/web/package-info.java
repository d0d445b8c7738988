/** HTTP downloads: with retries, resumable, verified, and restricted by the user's settings. */
@NullMarked
package dev.vit4j.web;

import org.jspecify.annotations.NullMarked;
