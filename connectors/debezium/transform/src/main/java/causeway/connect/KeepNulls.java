package causeway.connect;

import java.util.Map;
import org.apache.kafka.common.cache.Cache;
import org.apache.kafka.common.cache.LRUCache;
import org.apache.kafka.common.cache.SynchronizedCache;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Keeps NULL as NULL on the way from Debezium to Avro.
 *
 * <p>{@link Struct#get} answers the field's default where the field holds null, and Avro converters read rows by it, so
 * a NULL in a nullable column that has a default leaves Connect as the default. Nothing in the message shows it. This
 * transform rebuilds the row images {@code before} and {@code after} of a Debezium envelope with schemas that have no
 * defaults, so there is nothing to fill in. Every other part of the envelope, and every record that is not an envelope
 * (transaction markers, heartbeats, schema changes, tombstones), passes as the same object.
 *
 * <p>Names, versions, parameters, docs and optional flags are kept: the Avro schema differs only by its defaults.
 */
public final class KeepNulls<R extends ConnectRecord<R>> implements Transformation<R> {

    static final String CACHE_SIZE = "schemas.cache.size";
    private static final int CACHE_SIZE_DEFAULT = 4096;
    private static final String ENVELOPE_SUFFIX = ".Envelope";
    private static final String BEFORE = "before";
    private static final String AFTER = "after";

    static final ConfigDef CONFIG = new ConfigDef().define(
        CACHE_SIZE,
        Type.INT,
        CACHE_SIZE_DEFAULT,
        Range.atLeast(1),
        Importance.LOW,
        "How many envelope schemas are remembered: at least one for each captured table."
    );

    private Cache<SchemaIdentity, Schema> envelopes = newCache(CACHE_SIZE_DEFAULT);

    @Override
    public void configure(Map<String, ?> settings) {
        envelopes = newCache(new AbstractConfig(CONFIG, settings).getInt(CACHE_SIZE));
    }

    @Override
    public ConfigDef config() {
        return CONFIG;
    }

    @Override
    public String version() {
        String version = KeepNulls.class.getPackage().getImplementationVersion();
        // Classes that were not loaded from the built archive have no manifest.
        return version == null ? "undefined" : version;
    }

    @Override
    public R apply(R record) {
        if (!(record.value() instanceof Struct envelope) || !isEnvelope(envelope.schema())) {
            return record;
        }
        Schema schema = withoutRowDefaults(envelope.schema());
        if (schema == envelope.schema()) {
            return record;
        }
        return record.newRecord(
            record.topic(),
            record.kafkaPartition(),
            record.keySchema(),
            record.key(),
            schema,
            copyEnvelope(envelope, schema),
            record.timestamp()
        );
    }

    @Override
    public void close() {
        envelopes = newCache(1);
    }

    private static boolean isEnvelope(Schema schema) {
        return schema.name() != null
            && schema.name().endsWith(ENVELOPE_SUFFIX)
            && schema.field(BEFORE) != null
            && schema.field(AFTER) != null;
    }

    /**
     * Answers the identical object for every record of a table: converters look a schema up by its hash, and take the
     * short way for one they have already seen.
     */
    private Schema withoutRowDefaults(Schema envelope) {
        SchemaIdentity identity = new SchemaIdentity(envelope);
        Schema known = envelopes.get(identity);
        if (known != null) {
            return known;
        }
        Schema built = buildEnvelope(envelope);
        envelopes.put(identity, built);
        return built;
    }

    private static Schema buildEnvelope(Schema envelope) {
        Schema before = envelope.field(BEFORE).schema();
        Schema after = envelope.field(AFTER).schema();
        Schema newBefore = DefaultFreeSchema.of(before);
        // One object for both images, as Debezium has it: they carry one name, and Avro defines a name once.
        Schema newAfter = after.equals(before) ? newBefore : DefaultFreeSchema.of(after);
        if (newBefore == before && newAfter == after) {
            return envelope;
        }
        SchemaBuilder builder = DefaultFreeSchema.copyAttributes(envelope, SchemaBuilder.struct());
        for (Field field : envelope.fields()) {
            builder.field(field.name(), switch (field.name()) {
                case BEFORE -> newBefore;
                case AFTER -> newAfter;
                default -> field.schema();
            });
        }
        return builder.build();
    }

    private static Struct copyEnvelope(Struct envelope, Schema schema) {
        Struct copy = new Struct(schema);
        for (Field field : schema.fields()) {
            Object value = envelope.getWithoutDefault(field.name());
            boolean isRow = field.name().equals(BEFORE) || field.name().equals(AFTER);
            Object copied = isRow ? DefaultFreeSchema.copyValue(value, field.schema()) : value;
            // A field outside the rows may rely on its default; only what is there is put.
            if (copied != null) {
                copy.put(field, copied);
            }
        }
        return copy;
    }

    private static Cache<SchemaIdentity, Schema> newCache(int size) {
        return new SynchronizedCache<>(new LRUCache<>(size));
    }

    /**
     * A key by object identity: Debezium uses one schema object for a table until its next change of structure, and
     * comparing wide schemas field by field for each record would cost more than the copy.
     */
    private record SchemaIdentity(Schema schema) {
        @Override
        public boolean equals(Object other) {
            return other instanceof SchemaIdentity that && that.schema == schema;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(schema);
        }
    }
}
