package causeway.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;

class KeepNullsTest {

    private static final Schema POINT = SchemaBuilder.struct()
        .name("io.debezium.data.geometry.Point")
        .version(1)
        .field("x", Schema.FLOAT64_SCHEMA)
        .field("srid", SchemaBuilder.int32().optional().defaultValue(4326).build())
        .optional()
        .build();

    private static final Schema ROW = SchemaBuilder.struct()
        .name("shop.shop.orders.Value")
        .field("id", Schema.INT64_SCHEMA)
        .field("amount", SchemaBuilder.int32().optional().defaultValue(5).build())
        .field("kind", SchemaBuilder.string().name("io.debezium.data.Enum").version(1).doc("the kind")
            .parameter("allowed", "a,b").defaultValue("a").build())
        .field("place", POINT)
        .field("labels", SchemaBuilder.array(SchemaBuilder.string().optional().defaultValue("x").build())
            .optional().build())
        .optional()
        .build();

    private static final Schema SOURCE = SchemaBuilder.struct()
        .name("io.debezium.connector.mysql.Source")
        .field("snapshot", SchemaBuilder.string().optional().defaultValue("false").build())
        .field("table", Schema.OPTIONAL_STRING_SCHEMA)
        .build();

    private static final Schema ENVELOPE = envelope(ROW);

    private final KeepNulls<SourceRecord> transform = new KeepNulls<>();

    @Test
    void nullInANullableColumnWithADefaultStaysNull() {
        Struct after = new Struct(ROW).put("id", 1L).put("amount", null).put("kind", "b");
        assertEquals(5, after.get("amount"), "Struct.get fills the default, which is what must not happen");

        Struct row = apply(change(null, after, "c")).getStruct("after");

        assertNull(row.get("amount"));
        assertEquals(1L, row.get("id"));
        assertEquals("b", row.get("kind"));
    }

    @Test
    void valuesThatAreThereAreKept() {
        Struct point = new Struct(POINT).put("x", 1.5).put("srid", 3857);
        Struct row = new Struct(ROW).put("id", 7L).put("amount", 9).put("kind", "a").put("place", point)
            .put("labels", List.of("p", "q"));

        Struct value = apply(change(row, row, "u"));

        for (String image : List.of("before", "after")) {
            Struct copy = value.getStruct(image);
            assertEquals(7L, copy.get("id"));
            assertEquals(9, copy.get("amount"));
            assertEquals(1.5, copy.getStruct("place").get("x"));
            assertEquals(3857, copy.getStruct("place").get("srid"));
            assertEquals(List.of("p", "q"), copy.getArray("labels"));
        }
        value.validate();
    }

    @Test
    void nullsInsideNestedStructsAndArraysStayNull() {
        List<String> labels = new ArrayList<>();
        labels.add(null);
        labels.add("q");
        Struct point = new Struct(POINT).put("x", 1.5).put("srid", null);
        Struct row = new Struct(ROW).put("id", 1L).put("kind", "a").put("place", point).put("labels", labels);

        Struct copy = apply(change(null, row, "c")).getStruct("after");

        assertNull(copy.getStruct("place").get("srid"));
        assertEquals(labels, copy.getArray("labels"));
    }

    @Test
    void theSchemaDiffersOnlyByItsRowDefaults() {
        Schema schema = apply(change(null, null, "t")).schema();

        assertEquals(ENVELOPE.name(), schema.name());
        assertEquals(ENVELOPE.version(), schema.version());
        assertEquals(names(ENVELOPE), names(schema));
        assertSame(SOURCE, schema.field("source").schema());
        assertSame(schema.field("before").schema(), schema.field("after").schema());

        Schema row = schema.field("after").schema();
        assertEquals(ROW.name(), row.name());
        assertTrue(row.isOptional());
        assertEquals(names(ROW), names(row));
        Schema kind = row.field("kind").schema();
        assertNull(kind.defaultValue());
        assertEquals("io.debezium.data.Enum", kind.name());
        assertEquals(1, kind.version());
        assertEquals("the kind", kind.doc());
        assertEquals(Map.of("allowed", "a,b"), kind.parameters());
        assertFalse(kind.isOptional());
        assertTrue(row.field("amount").schema().isOptional());
        assertNull(row.field("amount").schema().defaultValue());
        assertNull(row.field("place").schema().field("srid").schema().defaultValue());
    }

    @Test
    void aMissingImageStaysMissingAndTheRestOfTheEnvelopeIsTheSame() {
        Struct row = new Struct(ROW).put("id", 1L).put("kind", "a");
        Struct event = (Struct) change(row, null, "d").value();

        Struct value = apply(record(event));

        assertNull(value.get("after"));
        assertEquals(1L, value.getStruct("before").get("id"));
        assertSame(event.get("source"), value.get("source"));
        assertEquals("false", value.getStruct("source").get("snapshot"));
        assertEquals("d", value.get("op"));
        assertEquals(11L, value.get("ts_ms"));
        assertNull(value.get("transaction"));
    }

    @Test
    void topicPartitionKeyTimestampOffsetAndHeadersAreKept() {
        SourceRecord record = change(null, new Struct(ROW).put("id", 1L).put("kind", "a"), "c");
        record.headers().addString("__debezium.oldkey", "k");

        SourceRecord result = transform.apply(record);

        assertEquals(record.topic(), result.topic());
        assertEquals(record.kafkaPartition(), result.kafkaPartition());
        assertSame(record.key(), result.key());
        assertSame(record.keySchema(), result.keySchema());
        assertEquals(record.timestamp(), result.timestamp());
        assertEquals(record.sourceOffset(), result.sourceOffset());
        assertEquals("k", result.headers().lastWithName("__debezium.oldkey").value());
    }

    @Test
    void recordsThatAreNotEnvelopesPassAsTheSameObject() {
        Schema marker = SchemaBuilder.struct().name("io.debezium.connector.common.TransactionMetadataValue")
            .field("status", SchemaBuilder.string().optional().defaultValue("x").build()).build();
        Schema unnamed = SchemaBuilder.struct().field("before", ROW).field("after", ROW).build();
        Schema lookalike = SchemaBuilder.struct().name("a.Envelope").field("x", Schema.INT32_SCHEMA).build();
        for (SourceRecord record : List.of(
            record(new Struct(marker)),
            record(new Struct(unnamed)),
            record(new Struct(lookalike).put("x", 1)),
            new SourceRecord(null, null, "t", 0, null, null, null, null),
            new SourceRecord(null, null, "t", 0, null, null, Schema.STRING_SCHEMA, "text")
        )) {
            assertSame(record, transform.apply(record));
        }
    }

    @Test
    void anEnvelopeWithoutDefaultsPassesAsTheSameObject() {
        Schema row = SchemaBuilder.struct().name("a.Value").field("id", Schema.INT64_SCHEMA).optional().build();
        SourceRecord record = record(
            new Struct(envelope(row)).put("after", new Struct(row).put("id", 1L)).put("op", "c")
                .put("source", new Struct(SOURCE))
        );
        assertSame(record, transform.apply(record));
    }

    @Test
    void aTableHasOneSchemaObjectForAllItsRecords() {
        Struct row = new Struct(ROW).put("id", 1L).put("kind", "a");
        assertSame(apply(change(null, row, "c")).schema(), apply(change(row, null, "d")).schema());
    }

    @Test
    void aChangedTableHasANewSchemaAndTheCacheIsBounded() {
        transform.configure(Map.of(KeepNulls.CACHE_SIZE, 1));
        Struct row = new Struct(ROW).put("id", 1L).put("kind", "a");
        Schema first = apply(change(null, row, "c")).schema();

        Schema changedRow = SchemaBuilder.struct().name(ROW.name())
            .field("id", Schema.INT64_SCHEMA)
            .field("amount", SchemaBuilder.int64().optional().defaultValue(6L).build()).optional().build();
        Struct changed = new Struct(envelope(changedRow)).put("op", "c").put("source", new Struct(SOURCE))
            .put("after", new Struct(changedRow).put("id", 2L));
        Struct value = apply(record(changed));

        assertEquals(Schema.Type.INT64, value.schema().field("after").schema().field("amount").schema().type());
        Schema again = apply(change(null, row, "c")).schema();
        assertNotSame(first, again, "the cache of one entry has let the first schema go");
        assertEquals(first, again);
    }

    @Test
    void aRequiredColumnWithoutAValueIsRefusedByName() {
        Struct row = new Struct(ROW).put("id", 1L);
        DataException refused = assertThrows(DataException.class, () -> apply(change(null, row, "c")));
        assertTrue(refused.getMessage().contains("kind"), refused.getMessage());
    }

    @Test
    void manyThreadsMayUseOneInstance() throws Exception {
        transform.configure(Map.of(KeepNulls.CACHE_SIZE, 2));
        List<Schema> rows = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            rows.add(SchemaBuilder.struct().name("t" + i + ".Value")
                .field("n", SchemaBuilder.int32().optional().defaultValue(i).build()).optional().build());
        }
        Callable<Void> work = () -> {
            for (int i = 0; i < 2_000; i++) {
                Schema row = rows.get(i % rows.size());
                Struct event = new Struct(envelope(row)).put("op", "c").put("source", new Struct(SOURCE))
                    .put("after", new Struct(row));
                assertNull(apply(record(event)).getStruct("after").get("n"));
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Void>> results = threads.invokeAll(List.of(work, work, work, work));
            for (Future<Void> result : results) {
                result.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @SuppressWarnings("rawtypes") // a service is looked up by its raw class
    void connectFindsTheTransformAndItsSettings() {
        boolean isListed = ServiceLoader.load(Transformation.class).stream()
            .anyMatch(provider -> provider.type() == KeepNulls.class);
        assertTrue(isListed);
        assertTrue(transform.config().names().contains(KeepNulls.CACHE_SIZE));
        assertThrows(ConfigException.class, () -> transform.configure(Map.of(KeepNulls.CACHE_SIZE, 0)));
        assertFalse(transform.version().isEmpty());
    }

    private Struct apply(SourceRecord record) {
        return (Struct) transform.apply(record).value();
    }

    private static Schema envelope(Schema row) {
        return SchemaBuilder.struct().name("shop.shop.orders.Envelope").version(2)
            .field("before", row)
            .field("after", row)
            .field("source", SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .field("transaction", SchemaBuilder.struct().name("event.block").field("id", Schema.STRING_SCHEMA)
                .optional().build())
            .build();
    }

    private static SourceRecord change(Struct before, Struct after, String op) {
        return record(new Struct(ENVELOPE).put("before", before).put("after", after).put("op", op)
            .put("ts_ms", 11L).put("source", new Struct(SOURCE).put("table", "orders")));
    }

    private static SourceRecord record(Struct value) {
        return new SourceRecord(Map.of("server", "s"), Map.of("pos", 4L), "topic", 0, Schema.INT64_SCHEMA, 1L,
            value.schema(), value, 12L);
    }

    private static List<String> names(Schema schema) {
        return schema.fields().stream().map(Field::name).toList();
    }
}
