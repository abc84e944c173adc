/** Projects and messages in PostgreSQL. */
package dev.switchboard.store.postgresql.internal;
