/**
 * The connections of clients, for whoever looks after them.
 */
@Export
@Version("0.1.0")
package dev.switchboard.connection;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
