package dev.weir.controller.conflist;

/**
 * A network's file in which the agent keeps its plugin's entry.
 *
 * @param file its path
 * @param state {@code chained}, {@code unchained} (put back after a wait), {@code missing} or
 *     {@code unreadable} (no valid conflist: left alone)
 * @param putBack how often the entry was put back since the agent's start
 */
public record KeptFile(String file, String state, long putBack) {}
