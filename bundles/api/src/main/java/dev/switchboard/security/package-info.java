/**
 * Who may do what: tokens, principals, roles, and ways to authenticate.
 */
@Export
@Version("0.1.0")
package dev.switchboard.security;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
