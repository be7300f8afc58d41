/**
 * Flow reports as lines of JSON in a file that is rotated. Start at {@code JsonLinesSink}. Depends
 * on {@code export}.
 */
package dev.weir.controller.export.jsonl;
