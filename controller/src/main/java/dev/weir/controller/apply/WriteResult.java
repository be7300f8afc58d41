package dev.weir.controller.apply;

/**
 * A write that is in force.
 *
 * @param object as it is stored now
 * @param created true when there was none before
 * @param revision datapath revision that it is in force from; the current one when nothing had to
 *     change or on a dry run
 */
public record WriteResult<T>(T object, boolean created, int revision) {}
