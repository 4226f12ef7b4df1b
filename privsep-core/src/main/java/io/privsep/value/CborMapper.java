package io.privsep.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.jdk.CollectionDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * The one mapper of the wire, which is as strict as Jackson can be made.
 * <p>
 * Annotations of Jackson on the application's records are not looked at: one of them
 * could make a type polymorphic, and with that let the sender choose a class.
 */
final class CborMapper {

	static final int MAX_DEPTH = 32;

	static final int MAX_NUMBER_LENGTH = 1000;

	/** As many as surely fit into the text of a number. */
	static final int MAX_NUMBER_BITS = 3000;

	/** Larger ones are cheap to send, and cost gigabytes when they are written out. */
	static final int MAX_SCALE = 10_000;

	/** In characters. */
	static final int MAX_KEY_LENGTH = 1024;

	/** In Jackson's bytes; a character has three at most. */
	private static final int MAX_NAME_LENGTH = 4096;

	private static final int MAX_YEAR_WITHOUT_SIGN = 9999;

	static final CBORMapper INSTANCE = create();

	private CborMapper() {
	}

	private static CBORMapper create() {
		// strings and documents are bounded by the frame, whose length was checked
		// before any of it was read
		CBORFactory factory = CBORFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(MAX_DEPTH)
				.maxNumberLength(MAX_NUMBER_LENGTH)
				.maxNameLength(MAX_NAME_LENGTH)
				.maxStringLength(Integer.MAX_VALUE)
				.build())
			.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.build();
		return CBORMapper.builder(factory)
			.disable(MapperFeature.USE_ANNOTATIONS, MapperFeature.ALLOW_COERCION_OF_SCALARS,
					MapperFeature.USE_GETTERS_AS_SETTERS, MapperFeature.USE_BASE_TYPE_AS_DEFAULT_IMPL)
			.enable(MapperFeature.USE_STATIC_TYPING, MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
			.changeDefaultVisibility((visibility) -> visibility.withVisibility(PropertyAccessor.ALL, Visibility.NONE)
				.withVisibility(PropertyAccessor.FIELD, Visibility.ANY)
				.withVisibility(PropertyAccessor.CREATOR, Visibility.ANY))
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
					DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
					DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
					DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
			.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			.disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
			.withCoercionConfigDefaults((coercions) -> {
				for (CoercionInputShape shape : CoercionInputShape.values()) {
					coercions.setCoercion(shape, CoercionAction.Fail);
				}
			})
			.addModule(texts())
			.build();
	}

	/**
	 * Types with a text that names each value. Jackson's own forms of some lose the zone,
	 * make a relative path absolute, or are read by a cast of whatever was sent.
	 * @return a module with all of them
	 */
	private static SimpleModule texts() {
		SimpleModule module = new SimpleModule("privsep");
		module.addAbstractTypeMapping(Set.class, LinkedHashSet.class);
		module.setDeserializerModifier(new SetModifier());
		module.addKeySerializer(String.class, new KeySerializer());
		text(module, BigInteger.class, (value) -> bounded(value).toString(),
				(text) -> bounded(new BigInteger(bounded(text))));
		text(module, BigDecimal.class, (value) -> bounded(value).toString(),
				(text) -> bounded(new BigDecimal(bounded(text))));
		text(module, URI.class, URI::create);
		text(module, Path.class, Path::of);
		text(module, Instant.class, Instant::parse);
		text(module, Duration.class, Duration::parse);
		text(module, Period.class, Period::parse);
		text(module, LocalDate.class, LocalDate::parse);
		text(module, LocalTime.class, LocalTime::parse);
		text(module, LocalDateTime.class, LocalDateTime::parse);
		text(module, OffsetTime.class, OffsetTime::parse);
		text(module, OffsetDateTime.class, OffsetDateTime::parse);
		text(module, ZonedDateTime.class, ZonedDateTime::parse);
		text(module, ZoneId.class, ZoneId::of);
		text(module, ZoneOffset.class, ZoneOffset::of);
		text(module, Year.class, (year) -> Year.of(Integer.parseInt(year)));
		text(module, YearMonth.class, (value) -> ((value.getYear() > MAX_YEAR_WITHOUT_SIGN) ? "+" : "") + value,
				YearMonth::parse);
		text(module, MonthDay.class, MonthDay::parse);
		text(module, Month.class, Month::valueOf);
		text(module, DayOfWeek.class, DayOfWeek::valueOf);
		return module;
	}

	private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
		text(module, type, Object::toString, parse);
	}

	private static <T> void text(SimpleModule module, Class<T> type, Function<T, String> format,
			Function<String, T> parse) {
		module.addSerializer(type, new TextSerializer<>(format));
		module.addDeserializer(type, new TextDeserializer<>(type, parse));
	}

	// The bounds hold for the writer as for the reader: who sends too much is told,
	// before the other end takes it for abuse.

	private static BigDecimal bounded(BigDecimal value) {
		if (Math.abs((long) value.scale()) > MAX_SCALE) {
			throw new IllegalArgumentException("A BigDecimal with a scale beyond " + MAX_SCALE);
		}
		bounded(value.unscaledValue());
		return value;
	}

	private static BigInteger bounded(BigInteger value) {
		if (value.bitLength() > MAX_NUMBER_BITS) {
			throw new IllegalArgumentException("A number of more than " + MAX_NUMBER_BITS + " bits");
		}
		return value;
	}

	private static String bounded(String number) {
		if (number.length() > MAX_NUMBER_LENGTH) {
			throw new IllegalArgumentException("A number of more than " + MAX_NUMBER_LENGTH + " characters");
		}
		return number;
	}

	/**
	 * Has sets read by {@link CborSetDeserializer}, but for those of the classes in
	 * {@code java.lang}: a {@link java.util.HashSet} keeps these in order where their
	 * hash codes are the same, so that the sender cannot make it slow.
	 */
	private static final class SetModifier extends ValueDeserializerModifier {

		private static final long serialVersionUID = 1L;

		@Override
		public ValueDeserializer<?> modifyCollectionDeserializer(DeserializationConfig config, CollectionType type,
				BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
			if (Set.class.isAssignableFrom(type.getRawClass())
					&& deserializer instanceof CollectionDeserializer collectionDeserializer
					&& !type.getContentType().getRawClass().getPackageName().equals("java.lang")) {
				return new CborSetDeserializer(collectionDeserializer);
			}
			return deserializer;
		}

	}

	private static final class KeySerializer extends ValueSerializer<String> {

		@Override
		public void serialize(String key, JsonGenerator generator, SerializationContext context) {
			if (key.length() > MAX_KEY_LENGTH) {
				throw new IllegalArgumentException("A key of more than " + MAX_KEY_LENGTH + " characters");
			}
			generator.writeName(key);
		}

	}

	private static final class TextSerializer<T> extends ValueSerializer<T> {

		private final Function<T, String> format;

		TextSerializer(Function<T, String> format) {
			this.format = format;
		}

		@Override
		public void serialize(T value, JsonGenerator generator, SerializationContext context) {
			generator.writeString(this.format.apply(value));
		}

	}

	private static final class TextDeserializer<T> extends ValueDeserializer<T> {

		private final Class<T> type;

		private final Function<String, T> parse;

		TextDeserializer(Class<T> type, Function<String, T> parse) {
			this.type = type;
			this.parse = parse;
		}

		@Override
		public T deserialize(JsonParser parser, DeserializationContext context) {
			if (parser.currentToken() != JsonToken.VALUE_STRING) {
				return context.reportInputMismatch(this.type, "Not a text");
			}
			try {
				return this.parse.apply(parser.getString());
			}
			catch (RuntimeException ex) {
				return context.reportInputMismatch(this.type, "Not the text of a value");
			}
		}

	}

}
