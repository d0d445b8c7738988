package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardEventsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_500L));

  @TempDir Path folder;

  private Path write() throws IOException {
    try (TensorBoardEvents events = TensorBoardEvents.create(folder, CLOCK)) {
      events.scalar("loss/train", 300, 0.25);
      events.scalar("loss/val", 300, Double.NaN);
      events.image("confusion", 1L << 40, 640, 2, new byte[] {1, 2, 3});
      events.flush();
    }
    return EventReader.files(folder).get(0);
  }

  @Test
  void theBytesAreThoseOfTensorBoardsOwnClasses() throws IOException {
    try (TensorBoardEvents events = TensorBoardEvents.create(folder, CLOCK)) {
      events.scalar("loss/train", 300, 0.25);
      events.image("confusion", 1L << 40, 640, 2, new byte[] {1, 2, 3});
      events.restart(7);
    }
    // event_pb2 messages through RecordWriter, tensorboard 2.21.0
    String version =
        "1800000000000000a37f4b220900002040fc54d9411a0d627261696e2e4576656e743a322b353110";
    String scalar =
        "2100000000000000017becf60900002040fc54d94110ac022a130a110a0a6c6f73732f747261696e150000803e049cbab9";
    String image =
        "2d000000000000003c418afb0900002040fc54d941108080808080202a1b0a190a09636f6e667573696f6e"
            + "220c0802108005180322030102034e983c33";
    String restart = "0f000000000000006d532b090900002040fc54d94110073a0208019beb06a7";
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(EventReader.files(folder).get(0))))
        .isEqualTo(version + scalar + image + restart);
  }

  @Test
  void whatWasWrittenIsReadBack() throws IOException {
    Path file = write();
    assertThat(file.getFileName().toString())
        .matches(
            "events\\.out\\.tfevents\\.1700000000\\.[A-Za-z0-9.-]+\\."
                + ProcessHandle.current().pid()
                + "\\.vit4j");
    List<EventReader.Event> events = EventReader.read(file);
    assertThat(events).as("NaN is left out").hasSize(3);
    assertThat(events).allMatch(e -> e.wallTime() == 1_700_000_000.5);
    assertThat(events.get(0).version()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).tag()).isEqualTo("loss/train");
    assertThat(events.get(1).step()).isEqualTo(300);
    assertThat(events.get(1).value()).isEqualTo(0.25f);
    assertThat(events.get(2).step()).isEqualTo(1L << 40);
    assertThat(List.of(events.get(2).width(), events.get(2).height())).containsExactly(640, 2);
    assertThat(events.get(2).png()).containsExactly(1, 2, 3);
  }

  @Test
  void aRestartDropsWhatComesLater() throws IOException {
    try (TensorBoardEvents events = TensorBoardEvents.create(folder, CLOCK)) {
      events.scalar("loss", 1, 1);
      events.scalar("loss", 2, 2);
    }
    try (TensorBoardEvents events = TensorBoardEvents.create(folder, CLOCK)) {
      events.restart(2);
      events.scalar("loss", 2, 20);
    }
    assertThat(EventReader.files(folder)).hasSize(2); // also within one second, and in this order
    assertThat(EventReader.shown(folder))
        .extracting(EventReader.Event::value)
        .containsExactly(1f, 20f);
  }

  @Test
  void aRecordThatIsCutOffHidesNoOther() throws IOException {
    Path file = write();
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThat(EventReader.read(file)).hasSize(2);
  }

  @Test
  void aFolderThatIsMissingIsSaid() {
    assertThatThrownBy(() -> TensorBoardEvents.create(folder.resolve("none"), CLOCK))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
  }
}
