/**
 * Who did what, for those who have to answer for it later.
 */
@Export
@Version("0.1.0")
package dev.switchboard.audit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
