package dev.weir.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStoreTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path directory;

    @Test
    void shouldReadBackWhatWasWritten() throws IOException {
        final StoredObject policy = policy("shop/web", 7, "{\"a\":[1,2,{\"b\":\"\\u00e4\"}]}");
        write(StateChange.write(policy));

        assertThat(load().objects()).containsExactly(policy);
    }

    @Test
    void shouldForgetWhatWasRemoved() throws IOException {
        write(StateChange.write(policy("shop/web", 7, "{}")));
        write(StateChange.remove(ObjectKind.NETWORK_POLICY, "shop/web"));

        assertThat(load().objects()).isEmpty();
    }

    @Test
    void shouldWriteFilesWhenNobodyWaits() throws IOException {
        try (StateStore store = StateStore.open(directory)) {
            store.load();
            assertThat(store.isBehind()).isFalse();

            store.write(List.of(StateChange.write(policy("shop/web", 7, "{}"))));
            store.write(List.of(StateChange.write(endpoint("web-eth0"))));
            store.write(List.of(StateChange.write(endpoint("old-eth0"))));
            store.write(List.of(StateChange.remove(ObjectKind.ENDPOINT, "old-eth0")));
            assertThat(store.isBehind()).isTrue();
            assertThat(store.state()).isEqualTo(new StoreState(directory, 3, ""));
            assertThat(directory.resolve("networkpolicies")).isEmptyDirectory();

            store.catchUp();
            assertThat(store.isBehind()).isFalse();
            assertThat(store.state()).isEqualTo(new StoreState(directory, 0, ""));
            assertThat(file("networkpolicies", "shop_web.json")).exists();
            assertThat(directory.resolve("endpoints"))
                    .isDirectoryNotContaining(each -> each.endsWith("old-eth0.json"));
            assertThat(file("endpoints", "web-eth0.json")).exists();
        }
    }

    @Test
    void shouldSayWhyFilesAreNotWritten() {
        // Of the start a step, of the write one; then the disk refuses a file.
        final FailingDisk disk = FailingDisk.refusing(4, 4);
        try (StateStore store = StateStore.open(directory, disk)) {
            store.load();
            store.write(List.of(StateChange.write(endpoint("web-eth0"))));

            assertThatThrownBy(store::catchUp).hasMessageContaining("No space left on device");
            assertThat(store.isBehind()).isTrue();
            assertThat(store.state())
                    .isEqualTo(
                            new StoreState(
                                    directory, 1, "java.io.IOException: No space left on device"));

            store.catchUp();
            assertThat(store.state()).isEqualTo(new StoreState(directory, 0, ""));
        }
    }

    @Test
    void shouldWriteAFewFilesAtATime() throws IOException {
        final List<StateChange> changes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            changes.add(StateChange.write(policy("shop/" + i, i + 1, "{}")));
        }
        try (StateStore store = StateStore.open(directory)) {
            store.load();
            store.write(changes);
            for (int files = 8; store.isBehind(); files += 8) {
                store.catchUp();
                try (Stream<Path> all = Files.list(directory.resolve("networkpolicies"))) {
                    assertThat(all).hasSize(Math.min(files, 20));
                }
            }
        }
        assertThat(load().objects()).hasSize(20);
    }

    private static StoredObject endpoint(final String id) {
        return new StoredObject(ObjectKind.ENDPOINT, id, 8, JSON.createObjectNode());
    }

    @Test
    void shouldKeepKeysApartThatNoFileNameCanHold() throws IOException {
        final String longName = "n".repeat(250);
        final StoredObject one = policy("shop/" + longName + "1", 1, "{}");
        final StoredObject two = policy("shop/" + longName + "2", 2, "{}");
        final StoredObject odd = policy("shop/../..%~\u00e4", 3, "{}");
        write(StateChange.write(one), StateChange.write(two), StateChange.write(odd));

        assertThat(load().objects()).containsExactlyInAnyOrder(one, two, odd);
    }

    @Test
    void shouldReportAndSetAsideAFileCutAtAnyByte() throws IOException {
        write(StateChange.write(policy("shop/web", 7, "{\"spec\":{}}")));
        final Path file = file("networkpolicies", ".json");
        final byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));

            final LoadedState loaded = load();

            assertThat(loaded.objects()).as("%d bytes", length).isEmpty();
            assertThat(loaded.damaged()).hasSize(1);
            assertThat(loaded.damaged().get(0).key()).isEqualTo("shop/web");
            assertThat(loaded.damaged().get(0).setAside()).hasSize(length);
            Files.delete(loaded.damaged().get(0).setAside());
        }
    }

    @Test
    void shouldReportAFlippedBitAnywhere() throws IOException {
        write(StateChange.write(policy("shop/web", 7, "{\"spec\":{}}")));
        final Path file = file("networkpolicies", ".json");
        final byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            final byte[] flipped = whole.clone();
            flipped[i] ^= 1;
            Files.write(file, flipped);

            final LoadedState loaded = load();

            assertThat(loaded.objects()).as("byte %d", i).isEmpty();
            assertThat(loaded.damaged()).hasSize(1);
            Files.delete(loaded.damaged().get(0).setAside());
        }
    }

    @Test
    void shouldReadTheRestBesideADamagedFile() throws IOException {
        final StoredObject good = policy("shop/good", 1, "{}");
        write(StateChange.write(good), StateChange.write(policy("shop/bad", 2, "{}")));
        final Path bad = directory.resolve("networkpolicies/shop_bad.json");
        Files.writeString(bad, "half");

        final LoadedState loaded = load();

        assertThat(loaded.objects()).containsExactly(good);
        assertThat(loaded.damaged()).extracting(DamagedFile::key).containsExactly("shop/bad");
    }

    @Test
    void shouldKeepTheOldObjectWhenAWriteWasNeverFinished() throws IOException {
        final StoredObject old = policy("shop/web", 1, "{}");
        write(StateChange.write(old));
        Files.writeString(directory.resolve("networkpolicies/shop_web.json.tmp"), "{\"sche");

        final LoadedState loaded = load();

        assertThat(loaded.objects()).containsExactly(old);
        assertThat(loaded.damaged()).isEmpty();
        assertThat(directory.resolve("networkpolicies/shop_web.json.tmp")).doesNotExist();
    }

    @Test
    void shouldRefuseAnotherSchemaByName() throws IOException {
        write(StateChange.write(policy("shop/web", 1, "{}")));
        final Path file = file("networkpolicies", ".json");
        Files.writeString(file, Files.readString(file).replace("\"schema\":1", "\"schema\":2"));

        assertThat(load().damaged())
                .extracting(DamagedFile::problem)
                .containsExactly("schema: 2 (expected: 1)");
    }

    @Test
    void shouldNeverGiveAVersionTwiceAlsoAfterACrash() {
        long last = 0;
        for (int start = 0; start < 3; start++) {
            final StateStore store = StateStore.open(directory);
            store.load();
            for (int i = 0; i < 1_500; i++) {
                final long version = store.nextResourceVersion();
                assertThat(version).isGreaterThan(last);
                last = version;
            }
            store.close(); // what a crash does too: the lock goes, nothing else is written
        }
    }

    @Test
    void shouldKeepASecondAgentOut() {
        final StateStore first = StateStore.open(directory);

        assertThatThrownBy(() -> StateStore.open(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("in use by another agent");

        first.close();
        StateStore.open(directory).close();
    }

    @Test
    void shouldNameTheDirectoryThatCannotBeUsed() throws IOException {
        final Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> StateStore.open(file.resolve("state")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.resolve("state").toString());
    }

    private static StoredObject policy(final String key, final long version, final String json)
            throws IOException {
        final JsonNode tree = JSON.readTree(json);
        return new StoredObject(ObjectKind.NETWORK_POLICY, key, version, tree);
    }

    private void write(final StateChange... changes) {
        try (StateStore store = StateStore.open(directory)) {
            store.load();
            store.write(List.of(changes));
        }
    }

    private LoadedState load() {
        final StateStore store = StateStore.open(directory);
        try {
            return store.load();
        } finally {
            store.close();
        }
    }

    private Path file(final String folder, final String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(folder))) {
            return files.filter(each -> each.toString().endsWith(suffix)).findFirst().orElseThrow();
        }
    }
}
