package dev.weir.dataplane.table;

/**
 * Identity of an address or prefix ({@code struct weir_peer}).
 *
 * @param identity holds from revision {@code sinceRevision} on
 * @param previousIdentity holds before
 * @param endpoint number of the local endpoint that owns the address, 0 = none
 */
public record PeerRow(int identity, int previousIdentity, int sinceRevision, int endpoint) {}
