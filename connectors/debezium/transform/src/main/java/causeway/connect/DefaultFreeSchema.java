package causeway.connect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Rebuilds schemas and values without default values, at any depth. */
final class DefaultFreeSchema {

    private DefaultFreeSchema() {}

    /** The schema without defaults; the same object when it has none, so nothing needs to be copied. */
    static Schema of(Schema schema) {
        if (!hasDefault(schema)) {
            return schema;
        }
        return switch (schema.type()) {
            case STRUCT -> {
                SchemaBuilder builder = copyAttributes(schema, SchemaBuilder.struct());
                for (Field field : schema.fields()) {
                    builder.field(field.name(), of(field.schema()));
                }
                yield builder.build();
            }
            case ARRAY -> copyAttributes(schema, SchemaBuilder.array(of(schema.valueSchema()))).build();
            case MAP -> copyAttributes(
                schema,
                SchemaBuilder.map(of(schema.keySchema()), of(schema.valueSchema()))
            ).build();
            default -> copyAttributes(schema, SchemaBuilder.type(schema.type())).build();
        };
    }

    /** Name, version, doc, parameters and the optional flag: all of a schema but its type, its parts and its default. */
    static SchemaBuilder copyAttributes(Schema from, SchemaBuilder to) {
        to.name(from.name()).version(from.version()).doc(from.doc());
        if (from.parameters() != null) {
            to.parameters(from.parameters());
        }
        return from.isOptional() ? to.optional() : to;
    }

    /** The value for the default-free schema. A required field without a value is refused by name, never filled. */
    static Object copyValue(Object value, Schema schema) {
        if (value == null) {
            return null;
        }
        return switch (schema.type()) {
            case STRUCT -> copyStruct((Struct) value, schema);
            case ARRAY -> {
                List<?> elements = (List<?>) value;
                List<Object> copy = new ArrayList<>(elements.size());
                for (Object element : elements) {
                    copy.add(copyValue(element, schema.valueSchema()));
                }
                yield copy;
            }
            case MAP -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                ((Map<?, ?>) value).forEach((key, element) ->
                    copy.put(copyValue(key, schema.keySchema()), copyValue(element, schema.valueSchema()))
                );
                yield copy;
            }
            default -> value;
        };
    }

    private static Struct copyStruct(Struct struct, Schema schema) {
        if (struct.schema() == schema) {
            return struct;
        }
        Struct copy = new Struct(schema);
        for (Field field : schema.fields()) {
            copy.put(field, copyValue(struct.getWithoutDefault(field.name()), field.schema()));
        }
        return copy;
    }

    private static boolean hasDefault(Schema schema) {
        if (schema.defaultValue() != null) {
            return true;
        }
        return switch (schema.type()) {
            case STRUCT -> schema.fields().stream().anyMatch(field -> hasDefault(field.schema()));
            case ARRAY -> hasDefault(schema.valueSchema());
            case MAP -> hasDefault(schema.keySchema()) || hasDefault(schema.valueSchema());
            default -> false;
        };
    }
}
