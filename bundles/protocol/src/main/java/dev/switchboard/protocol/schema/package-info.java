/**
 * The JSON Schemas of all messages, and their validation: the one place for names, types and bounds of what is sent.
 */
@Export
@Version("0.1.0")
package dev.switchboard.protocol.schema;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
