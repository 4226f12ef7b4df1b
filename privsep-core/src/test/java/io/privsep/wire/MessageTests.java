package io.privsep.wire;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepValidationException.Violation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Request} and {@link Reply}: every byte of them.
 */
class MessageTests {

	private static final int MAX_LENGTH = 1000;

	static Stream<Arguments> messages() {
		Thrown thrown = new Thrown("E", List.of("D"), "m", null, "f", ByteBuffer.wrap(new byte[] { 9 }),
				List.of(new Thrown.StackFrame("C", "m", null, -1)), thrown("F"), List.of(thrown("G")));
		return Stream.of(Arguments.of("call", hex(Request.Call.write(writer(), 1, 2, (out) -> out
			.putByte(0xab))), "0000000c 01 00000001 00000002 14 00 ab"), Arguments.of(
					"traced call",
					hex(Request.Call
						.write(writer(), 1, 2, new Caller(10, "a", new Trace(0x0af7, 0x651916cdL, 0xb7ad6b71L, true)),
								(out) -> out.putByte(0xab))),
					"0000002a 04 00000001 00000002 0a 01 00000001 61 0000000000000af7 00000000651916cd 00000000b7ad6b71 01 ab"),
				Arguments.of("cancel", hex(new Request.Cancel(-2).write(writer())), "00000005 02 fffffffe"),
				Arguments.of("ping", hex(new Request.Ping().write(writer())), "00000001 03"),
				Arguments.of("ready",
						hex(new Reply.Ready(1, "net", ByteBuffer.wrap(new byte[] { 9, 8 }), 4711, -1, 1L << 40, "a=b")
							.write(writer())),
						"0000002d 41 00000001 00000003 6e6574 00000002 0908 0000000000001267 ffffffff 0000010000000000 00000003 613d62"),
				Arguments.of("returned", hex(Reply.Returned.write(writer(), 7, (out) -> out.putByte(0))),
						"00000006 42 00000007 00"),
				Arguments.of("threw", hex(new Reply.Threw(7, thrown).write(writer())),
						"0000006a 43 00000007 00000001 45 00000001 00000001 44 01 00000001 6d 00 01 00000001 66"
								+ " 01 00000001 09 00000001 00000001 43 00000001 6d 00 ffffffff"
								+ " 01 00000001 46 00000000 00 00 00 00 00000000 00 00000000"
								+ " 00000001 00000001 47 00000000 00 00 00 00 00000000 00 00000000"),
				Arguments.of("refused", hex(new Reply.Refused(7, "no").write(writer())),
						"0000000b 44 00000007 00000002 6e6f"),
				Arguments.of("invalid", hex(new Reply.Invalid(7, List.of(new Violation("a", "b"))).write(writer())),
						"00000013 47 00000007 00000001 00000001 61 00000001 62"),
				Arguments.of("cancelled",
						hex(new Reply.Cancelled(7, 3, 4, List.of(new Thrown.StackFrame("C", "m", null, -1)))
							.write(writer())),
						"00000028 48 00000007 0000000000000003 0000000000000004 00000001 00000001 43 00000001 6d 00 ffffffff"),
				Arguments.of("pong", hex(new Reply.Pong().write(writer())), "00000001 45"), Arguments.of("logged",
						hex(new Reply.Logged("\u00e4b").write(writer())), "00000008 46 00000003 c3a462"));
	}

	private static Thrown thrown(String type) {
		return new Thrown(type, List.of(), null, null, null, null, List.of(), null, List.of());
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("messages")
	void writeReturnsTheseBytes(String name, String frame, String expected) {
		assertThat(frame).isEqualTo(expected.replace(" ", ""));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("messages")
	void documentationHasTheseBytes(String name, String frame, String expected) throws IOException {
		assertThat(Files.readString(Path.of("../docs/wire-protocol.md")))
			.contains("| " + name + " | `" + expected + "` |");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("messages")
	void readWhenWrittenReturnsEqual(String name, String frame) throws IOException {
		FrameBody body = reader(frame).next();
		assertThat(body).isNotNull();
		Record message = read(name, body);
		String written = switch (name) {
			case "call", "traced call" -> {
				Request.Call call = (Request.Call) message;
				int argument = call.arguments().getByte();
				call.arguments().expectEnd();
				yield hex(Request.Call.write(writer(), call.id(), call.function(), call.caller(),
						(out) -> out.putByte(argument)));
			}
			case "returned" -> {
				Reply.Returned returned = (Reply.Returned) message;
				int result = returned.result().getByte();
				returned.result().expectEnd();
				yield hex(Reply.Returned.write(writer(), returned.id(), (out) -> out.putByte(result)));
			}
			case "cancel" -> hex(((Request.Cancel) message).write(writer()));
			case "ping" -> hex(((Request.Ping) message).write(writer()));
			case "ready" -> hex(((Reply.Ready) message).write(writer()));
			case "threw" -> hex(((Reply.Threw) message).write(writer()));
			case "refused" -> hex(((Reply.Refused) message).write(writer()));
			case "cancelled" -> hex(((Reply.Cancelled) message).write(writer()));
			case "invalid" -> hex(((Reply.Invalid) message).write(writer()));
			case "logged" -> hex(((Reply.Logged) message).write(writer()));
			default -> hex(((Reply.Pong) message).write(writer()));
		};
		assertThat(written).isEqualTo(frame);
	}

	@ParameterizedTest
	@ValueSource(strings = { "15", "1e", "28", "29", "ff" })
	void callHidesNothingThatAFunctionWarnsOf(String level) throws IOException {
		Request request = Request.read(reader("0000000c 01 00000001 00000002 " + level + " 00 ab").next());
		assertThat(((Request.Call) request).caller().logLevel()).isEqualTo(20);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("messages")
	void nextWhenFrameIsNotCompleteThrowsEof(String name, String frame) {
		for (int length = 0; length < frame.length(); length += 2) {
			FrameReader reader = reader(frame.substring(0, length));
			assertThatExceptionOfType(EOFException.class).isThrownBy(reader::next)
				.withMessage((length == 0) ? "The connection ended" : "The connection ended within a frame");
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("messages")
	void readWhenBodyIsCutIsMalformed(String name, String frame) {
		byte[] body = HexFormat.of().parseHex(frame.substring(8));
		// what follows the number of a call or of its return is read by the codecs
		int fixed = switch (name) {
			case "call" -> 11;
			case "traced call" -> 41;
			case "returned" -> 5;
			default -> body.length;
		};
		for (int length = 0; length < fixed; length++) {
			byte[] prefix = Arrays.copyOf(body, length);
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> read(name, body(prefix)));
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("messages")
	void readWhenBytesAreLeftIsMalformed(String name, String frame) {
		byte[] body = HexFormat.of().parseHex(frame.substring(8) + "00");
		if (!name.endsWith("call") && !name.equals("returned")) {
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> read(name, body(body)));
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("messages")
	void readWhenMutatedReturnsOrIsMalformed(String name, String frame) {
		Random random = new Random(4711);
		byte[] valid = HexFormat.of().parseHex(frame.substring(8));
		List<Throwable> others = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			byte[] mutated = valid.clone();
			mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
			mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
			for (boolean request : new boolean[] { true, false }) {
				try {
					Object message = request ? Request.read(body(mutated)) : Reply.read(body(mutated));
					assertThat(message).isNotNull();
				}
				catch (MalformedFrameException ex) {
					// as it should
				}
				catch (Throwable ex) {
					others.add(ex);
				}
			}
		}
		assertThat(others).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 5, 41, 64, 65, 255 })
	void readWhenTypeIsOfNoRequestIsMalformed(int type) {
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> Request.read(body(new byte[] { (byte) type })))
			.withMessageContaining("type " + type);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 64, 73, 255 })
	void readWhenTypeIsOfNoReplyIsMalformed(int type) {
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> Reply.read(body(new byte[] { (byte) type })))
			.withMessageContaining("type " + type);
	}

	@ParameterizedTest
	@ValueSource(strings = { "00000041", "7fffffff", "ffffffff", "80000000" })
	void readWhenFramesOfAStackTraceAreTooManyTakesNoMemory(String count) {
		String thrown = "43" + "00000007" + "00000000" + "00000000" + "00000000";
		String cancelled = "48" + "00000007" + "0000000000000000" + "0000000000000001";
		for (String before : List.of(thrown, cancelled)) {
			byte[] body = HexFormat.of().parseHex(before + count + "00");
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Reply.read(body(body)))
				.withMessageContaining("where 64 is the most");
		}
	}

	@Test
	void readWhenCausesAreTooManyIsMalformed() {
		String cause = "00000000" + "00000000" + "00000000" + "00000000" + "01";
		byte[] body = HexFormat.of().parseHex("43" + "00000007" + cause.repeat(100));
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Reply.read(body(body)))
			.withMessageContaining("more than 12 exceptions");
	}

	@ParameterizedTest
	@ValueSource(strings = { "00000000", "ffffffff", "80000000", "7fffffff", "000003e9" })
	void nextWhenLengthIsImpossibleThrowsBeforeAllocating(String length) {
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> reader(length).next())
			.withMessageContaining("1 to 1000");
	}

	@Test
	void nextWhenSeveralFramesAtOnceReturnsEach() throws IOException {
		FrameReader reader = reader("00000001 03 00000005 02 00000007 00000001 03");
		assertThat(Request.read(notNull(reader.next()))).isEqualTo(new Request.Ping());
		assertThat(Request.read(notNull(reader.next()))).isEqualTo(new Request.Cancel(7));
		assertThat(Request.read(notNull(reader.next()))).isEqualTo(new Request.Ping());
		assertThatExceptionOfType(EOFException.class).isThrownBy(reader::next);
	}

	@Test
	void setMaxLengthHoldsFromTheNextFrameOn() throws IOException {
		FrameReader reader = reader("00000001 03 00000005 02 00000007");
		reader.next();
		reader.setMaxLength(4);
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(reader::next);
	}

	@Test
	void writeWhenTooLargeThrows() {
		FrameWriter writer = new FrameWriter(Protocol.maxFrameLength(36));
		assertThatExceptionOfType(MessageTooLargeException.class)
			.isThrownBy(() -> Reply.Returned.write(writer, 1, (out) -> out.putBytes(new byte[92])))
			.withMessage("A message of at least 37 bytes exceeds 'max-message-size' of 36 bytes");
		assertThat(Reply.Returned.write(writer, 1, (out) -> out.putBytes(new byte[91])).remaining()).isEqualTo(104);
	}

	@Test
	void putStringWhenUnpairedSurrogateThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Reply.Refused(1, "\udc00").write(writer()));
	}

	@Test
	void thrownOfKeepsFileAndReason() {
		Thrown thrown = Thrown.of(new NoSuchFileException("/a", "/b", "gone"), (ex) -> null);
		assertThat(thrown.type()).isEqualTo("java.nio.file.NoSuchFileException");
		assertThat(thrown.message()).isEqualTo("gone");
		assertThat(thrown.file()).isEqualTo("/a");
		assertThat(thrown.otherFile()).isEqualTo("/b");
	}

	@Test
	void thrownOfIsBounded() {
		Throwable throwable = new IllegalStateException("\ud800" + "x".repeat(100_000));
		for (int i = 0; i < 100; i++) {
			throwable = new IllegalStateException("x".repeat(100_000), throwable);
			throwable.addSuppressed(new IllegalStateException("x".repeat(100_000), throwable.getCause()));
		}
		FrameWriter writer = new FrameWriter(1 << 20);
		assertThat(new Reply.Threw(1, Thrown.of(throwable, (ex) -> null)).write(writer).remaining())
			.isLessThan(200_000);
	}

	@Test
	void thrownOfHasSupertypesDetailsAndWhatIsSuppressed() {
		ConnectException throwable = new ConnectException("no");
		throwable.addSuppressed(new IllegalStateException("closing"));
		Thrown thrown = Thrown.of(throwable,
				(ex) -> (ex == throwable) ? ByteBuffer.wrap(new byte[] { (byte) ex.getSuppressed().length }) : null);
		assertThat(thrown.supertypes()).containsExactly("java.net.SocketException", "java.io.IOException",
				"java.lang.Exception");
		assertThat(thrown.details()).isEqualTo(ByteBuffer.wrap(new byte[] { 1 }));
		assertThat(thrown.suppressed()).extracting(Thrown::message).containsExactly("closing");
		assertThat(thrown.suppressed()).extracting(Thrown::details).containsOnlyNulls();
	}

	@Test
	void readWhenExceptionsAreTooManyIsMalformed() {
		Thrown thrown = thrown("E");
		for (int i = 0; i < 11; i++) {
			thrown = new Thrown("E", List.of(), null, null, null, null, List.of(), null, List.of(thrown));
		}
		assertThat(Reply.read(body(bytes(thrown)))).isInstanceOf(Reply.Threw.class);
		Thrown oneMore = new Thrown("E", List.of(), null, null, null, null, List.of(), thrown, List.of());
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Reply.read(body(bytes(oneMore))))
			.withMessage("A reply has more than 12 exceptions");
	}

	private static byte[] bytes(Thrown thrown) {
		byte[] frame = new Reply.Threw(1, thrown).write(writer()).toBytes().array();
		return Arrays.copyOfRange(frame, 4, frame.length);
	}

	static Stream<Reply> repliesWithTextsOfAnAttacker() {
		String text = "a\u001b[2J\n2026 INFO forged\r\u202e\u2028" + "x".repeat(100_000);
		Thrown.StackFrame frame = new Thrown.StackFrame(text, text, text, 1);
		Thrown cause = new Thrown(text, List.of(text), text, text, text, null, List.of(frame), null, List.of());
		return Stream.of(new Reply.Ready(1, text, ByteBuffer.allocate(32), 1, 1, 1, ""),
				new Reply.Threw(1,
						new Thrown(text, List.of(text, text), text, text, text, null, List.of(frame, frame), cause,
								List.of(cause))),
				new Reply.Cancelled(1, 1, 1, List.of(frame)), new Reply.Refused(1, text),
				new Reply.Invalid(1, List.of(new Violation(text, text))));
	}

	@ParameterizedTest
	@MethodSource("repliesWithTextsOfAnAttacker")
	void readWhenTextsAreOfAnAttackerCutsThemAndMakesThemPrintable(Reply reply) throws Exception {
		Frame frame = (Frame) reply.getClass()
			.getMethod("write", FrameWriter.class)
			.invoke(reply, new FrameWriter(1 << 22));
		byte[] bytes = frame.toBytes().array();
		Map<String, String> texts = texts(Reply.read(body(Arrays.copyOfRange(bytes, 4, bytes.length))));
		assertThat(texts).isNotEmpty().allSatisfy((name, text) -> {
			assertThat(text.codePoints().allMatch(LogLine::isPrinted)).isTrue();
			boolean isName = name.equals("context") || name.contains("type") || name.contains("frames");
			assertThat(text).hasSizeLessThanOrEqualTo(isName ? 515 : 8195);
		});
	}

	@Test
	void everyReplyThatHasTextsIsAmongThoseOfAnAttacker() {
		// a line is read as an event, or escaped, and the definition is compared, where
		// they are used
		assertThat(Stream.of(Reply.class.getPermittedSubclasses())
			.filter((type) -> Stream.of(type.getRecordComponents()).anyMatch(MessageTests::mayHaveText)))
			.containsExactlyInAnyOrderElementsOf(
					Stream.concat(repliesWithTextsOfAnAttacker().map(Object::getClass), Stream.of(Reply.Logged.class))
						.<Class<?>>map((type) -> type)
						.toList());
	}

	private static boolean mayHaveText(RecordComponent component) {
		return List.of(String.class, List.class, Thrown.class).contains(component.getType());
	}

	private static Map<String, String> texts(Object from) throws ReflectiveOperationException {
		Map<String, String> texts = new LinkedHashMap<>();
		for (RecordComponent component : from.getClass().getRecordComponents()) {
			Object value = component.getAccessor().invoke(from);
			if (value instanceof String text) {
				texts.put(component.getName(), text);
			}
			else if (value instanceof Record part) {
				texts(part).forEach((name, text) -> texts.put(component.getName() + "." + name, text));
			}
			else if (value instanceof List<?> parts) {
				for (Object part : parts) {
					if (part instanceof String text) {
						texts.put(component.getName(), text);
						continue;
					}
					texts(part).forEach((name, text) -> texts.put(component.getName() + "." + name, text));
				}
			}
		}
		return texts;
	}

	private static Record read(String name, FrameBody body) {
		return (Record) (List.of("call", "traced call", "cancel", "ping").contains(name) ? Request.read(body)
				: Reply.read(body));
	}

	private static FrameBody notNull(FrameBody body) {
		assertThat(body).isNotNull();
		return body;
	}

	private static FrameBody body(byte[] bytes) {
		return new FrameBody(ByteBuffer.wrap(bytes));
	}

	private static FrameReader reader(String hex) {
		byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
		return new FrameReader(Channels.newChannel(new ByteArrayInputStream(bytes)), MAX_LENGTH);
	}

	private static FrameWriter writer() {
		return new FrameWriter(MAX_LENGTH);
	}

	private static String hex(Frame frame) {
		return HexFormat.of().formatHex(frame.toBytes().array());
	}

}
