/**
 * What every store of projects and messages has to do, as JUnit tests that a store's own tests extend.
 */
package dev.switchboard.store.testkit;
