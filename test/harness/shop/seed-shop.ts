import mysql, { type Connection } from 'mysql2/promise';
import * as sample from './sample-texts.ts';
import { shopTables } from './shop-schema.ts';

export interface ShopSize {
  readonly customers: number;
  readonly products: number;
  readonly orders: number;
}

/** About 1,300,000 rows at scale 1. */
export function shopSize(scale: number): ShopSize {
  const scaled = (rows: number): number => Math.max(50, Math.round(rows * scale));
  return { customers: scaled(100_000), products: scaled(10_000), orders: scaled(180_000) };
}

export const warehouses = 6;
const categories = 60;
const suppliers = 200;

/** Makes the database and fills it; rows are made by the server itself from numbers, so that a million takes seconds. */
export async function seedShop(
  url: string,
  database: string,
  size: ShopSize,
  onTable: (table: string, rows: number) => void = () => undefined,
): Promise<void> {
  const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4_bin' });
  try {
    await connection.query(`DROP DATABASE IF EXISTS \`${database}\``);
    await connection.query(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4`);
    await connection.query(`USE \`${database}\``);
    await connection.query(
      "SET time_zone = '+00:00', foreign_key_checks = 0, unique_checks = 0, cte_max_recursion_depth = 1000000000",
    );
    for (const { name, definition } of shopTables)
      await connection.query(`CREATE TABLE ${name} (${definition})`);
    await connection.query('CREATE TEMPORARY TABLE numbers (n INT NOT NULL PRIMARY KEY)');
    await connection.query(
      `INSERT INTO numbers WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < ?) SELECT n FROM up`,
      [Math.max(size.orders, size.customers, size.products * warehouses)],
    );
    for (const { name } of shopTables) {
      const statement = fillStatement(name, size);
      await connection.query(statement);
      onTable(name, await countRows(connection, name));
    }
  } finally {
    await connection.end();
  }
}

async function countRows(connection: Connection, table: string): Promise<number> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>(`SELECT COUNT(*) AS rows_ FROM ${table}`);
  return Number(rows[0]?.['rows_']);
}

/** A number from 0 to `below` - 1 that depends on n and a name, the same in each run. */
function hash(name: string, below: number, of = 'n'): string {
  return `CAST(CRC32(CONCAT('${name}', ${of})) MOD ${below} AS SIGNED)`;
}

function pickText(texts: readonly string[], name: string): string {
  return `ELT(1 + ${hash(name, texts.length)}, ${texts.map((text) => mysql.escape(text)).join(', ')})`;
}

function escapeAll(values: readonly (string | number)[]): string {
  return values.map((value) => mysql.escape(value)).join(', ');
}

function fillStatement(table: string, size: ShopSize): string {
  const statement = smallFills[table] ?? largeFills(size)[table];
  if (statement === undefined) throw new Error(`nothing fills ${table}`);
  return statement;
}

const countryPick = pickText(
  sample.countries.map(([code]) => code),
  'country',
);
const currencyPick = pickText(
  sample.currencies.map(([code]) => code),
  'currency',
);
const moment = (name: string): string =>
  `TIMESTAMPADD(SECOND, ${hash(name, 150_000_000)}, '2021-01-01 00:00:00')`;

const smallFills: Readonly<Record<string, string>> = {
  country: `INSERT INTO country VALUES ${sample.countries.map((row) => `(${escapeAll(row)})`).join(', ')}`,
  currency: `INSERT INTO currency (code, name, minor_digits, rate, updated_at) VALUES ${sample.currencies
    .map((row) => `(${escapeAll(row)}, NULL)`)
    .join(', ')}`,
  category: `INSERT INTO category (id, parent_id, slug, name, position)
    SELECT n, IF(n <= 6, NULL, 1 + n MOD 6), CONCAT('category-', n), ${pickText(sample.productNouns, 'category')}, n
    FROM numbers WHERE n <= ${categories}`,
  supplier: `INSERT INTO supplier (id, name, country_code, rating, contact, founded)
    SELECT n, CONCAT(${pickText(sample.familyNames, 'supplier')}, ' & ', ${pickText(sample.familyNames, 'partner')}), ${countryPick},
      IF(n MOD 9 = 0, NULL, ${hash('rating', 500)} / 97.3),
      IF(n MOD 7 = 0, NULL, JSON_OBJECT('phone', CONCAT('+', ${hash('phone', 1_000_000_000)}), 'person',
        ${pickText(sample.givenNames, 'person')}, 'score', ${hash('score', 1000)} / 7e0)),
      IF(n MOD 5 = 0, NULL, 1950 + ${hash('founded', 70)})
    FROM numbers WHERE n <= ${suppliers}`,
  warehouse: `INSERT INTO warehouse (id, name, country_code, opens_at, utc_offset, flags)
    SELECT n, ${pickText(sample.cities, 'warehouse')}, ${countryPick}, MAKETIME(5 + n, 30, 0), MAKETIME(n - 4, 30, 0), n * 331
    FROM numbers WHERE n <= ${warehouses}`,
  lag_probe: `INSERT INTO lag_probe VALUES (1, 0, '')`,
};

function largeFills(size: ShopSize): Readonly<Record<string, string>> {
  return { ...customerFills(size), ...productFills(size), ...orderFills(size) };
}

function customerFills(size: ShopSize): Readonly<Record<string, string>> {
  return {
    customer: `INSERT INTO customer (id, public_id, email, full_name, country_code, born_on, is_subscribed, points, credit_limit,
        preferences, created_at, seen_at)
      SELECT n, UNHEX(LEFT(SHA2(CONCAT('customer', n), 256), 32)), CONCAT('customer', n, '@example.org'),
        CONCAT(${pickText(sample.givenNames, 'given')}, ' ', ${pickText(sample.familyNames, 'family')}), ${countryPick},
        IF(n MOD 4 = 0, NULL, DATE_ADD('1940-01-01', INTERVAL ${hash('born', 25_000)} DAY)), n MOD 2,
        ${hash('points', 100_000)} - 5000, IF(n MOD 3 = 0, NULL, ${hash('credit', 1_000_000)} / 100),
        IF(n MOD 6 = 0, NULL, JSON_OBJECT('language', ${countryPick}, 'theme', IF(n MOD 2, 'dark', 'light'), 'cart', JSON_ARRAY(n, n MOD 7))),
        TIMESTAMPADD(MICROSECOND, 1000 * ${hash('millis', 1000)}, ${moment('created')}), IF(n MOD 5 = 0, NULL, ${moment('seen')})
      FROM numbers WHERE n <= ${size.customers}`,
    address: `INSERT INTO address (customer_id, kind, street, city, postcode, country_code, latitude, longitude)
      SELECT 1 + (n - 1) MOD ${size.customers}, 1 + n MOD 3, CONCAT(${hash('house', 400)}, ' ', ${pickText(sample.familyNames, 'street')}),
        ${pickText(sample.cities, 'city')}, IF(n MOD 8 = 0, NULL, LPAD(${hash('postcode', 100_000)}, 5, '0')), ${countryPick},
        IF(n MOD 3 = 0, NULL, ${hash('latitude', 180_000_000)} / 1e6 - 90), IF(n MOD 3 = 0, NULL, ${hash('longitude', 360_000_000)} / 1e6 - 180)
      FROM numbers WHERE n <= ${size.customers}`,
  };
}

function productFills(size: ShopSize): Readonly<Record<string, string>> {
  return {
    product: `INSERT INTO product (id, sku, supplier_id, name, description, price, currency_code, weight_kg, labels, attributes, thumbnail, released_on)
      SELECT n, CONCAT('SKU-', LPAD(n, 8, '0')), 1 + ${hash('supplier', suppliers)},
        CONCAT(${pickText(sample.productNouns, 'noun')}, ' ', n), REPEAT(CONCAT(${pickText(sample.phrases, 'description')}, ' '), 1 + n MOD 4),
        ${hash('price', 500_000)} / 100, ${currencyPick}, IF(n MOD 4 = 0, NULL, ${hash('weight', 90_000)} / 1000e0), n MOD 16,
        JSON_OBJECT('colour', ELT(1 + n MOD 3, 'red', '青', 'أزرق'), 'sizes', JSON_ARRAY(n MOD 5, n / 8, TRUE, NULL), 'ean', 4000000000000 + n),
        IF(n MOD 3 = 0, NULL, UNHEX(REPEAT(SHA2(n, 256), 1 + n MOD 8))), IF(n MOD 6 = 0, NULL, DATE_ADD('2010-01-01', INTERVAL ${hash('released', 5000)} DAY))
      FROM numbers WHERE n <= ${size.products}`,
    product_category: `INSERT IGNORE INTO product_category
      SELECT n, 1 + ${hash('shelf', categories, "n, ':', side.s")}
      FROM numbers CROSS JOIN (SELECT 1 AS s UNION ALL SELECT 2) side WHERE n <= ${size.products}`,
    stock: `INSERT INTO stock (product_id, warehouse_id, quantity, reserved, counted_at)
      SELECT 1 + (n - 1) DIV ${warehouses}, 1 + (n - 1) MOD ${warehouses}, ${hash('quantity', 2000)}, ${hash('reserved', 20)},
        IF(n MOD 4 = 0, NULL, ${moment('counted')})
      FROM numbers WHERE n <= ${size.products * warehouses}`,
    review: `INSERT IGNORE INTO review (product_id, customer_id, stars, body, helpful, written_at)
      SELECT 1 + ${hash('reviewed', size.products)}, 1 + ${hash('reviewer', size.customers)}, 1 + n MOD 5,
        ${pickText(sample.phrases, 'review')}, IF(n MOD 3 = 0, NULL, n MOD 50), ${moment('written')}
      FROM numbers WHERE n <= ${Math.round(size.orders / 4)}`,
    stock_movement: `INSERT INTO stock_movement (product_id, warehouse_id, delta, reason, moved_at)
      SELECT 1 + ${hash('moved', size.products)}, 1 + ${hash('place', warehouses)}, ${hash('delta', 200)} - 100,
        ELT(1 + n MOD 3, 'sale', 'return', 'count'), ${moment('movement')}
      FROM numbers WHERE n <= ${Math.round(size.orders / 1.5)}`,
  };
}

function orderFills(size: ShopSize): Readonly<Record<string, string>> {
  return {
    orders: `INSERT INTO orders (id, number, customer_id, status, total, currency_code, placed_at, note)
      SELECT n, CONCAT('O-', LPAD(n, 10, '0')), 1 + ${hash('buyer', size.customers)}, 1 + ${hash('status', 5)},
        ${hash('total', 10_000_000)} / 100, ${currencyPick}, TIMESTAMPADD(MICROSECOND, ${hash('micros', 1_000_000)}, ${moment('placed')}),
        IF(n MOD 5 = 0, ${pickText(sample.phrases, 'note')}, NULL)
      FROM numbers WHERE n <= ${size.orders}`,
    order_item: `INSERT INTO order_item (order_id, line_number, product_id, quantity, unit_price, discount)
      SELECT n, line.l, 1 + ${hash('item', size.products, "n, ':', line.l")}, 1 + ${hash('pieces', 9)},
        ${hash('unit', 90_000_000)} / 10000, IF(n MOD 2 = 0, NULL, ${hash('discount', 5000)} / 10000)
      FROM numbers CROSS JOIN (SELECT 1 AS l UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) line
      WHERE n <= ${size.orders} AND line.l <= 1 + n MOD 4 ORDER BY n, line.l`,
    payment: `INSERT INTO payment (order_id, method, amount, reference, captured_at)
      SELECT n, 1 + n MOD 3, ${hash('total', 10_000_000)} / 100, IF(n MOD 10 = 0, NULL, CONCAT('pay-', LEFT(SHA2(n, 256), 32))),
        IF(n MOD 4 = 0, NULL, TIMESTAMPADD(MICROSECOND, ${hash('captured', 1_000_000)}, ${moment('paid')}))
      FROM numbers WHERE n <= ${size.orders} AND n MOD 9 <> 0`,
    shipment: `INSERT INTO shipment (order_id, warehouse_id, tracking, shipped_on, handling)
      SELECT n, 1 + n MOD ${warehouses}, IF(n MOD 6 = 0, NULL, CONCAT('T', n, 'X')), DATE(${moment('shipped')}),
        IF(n MOD 7 = 0, NULL, SEC_TO_TIME(${hash('handling', 500_000_000)} / 1000 - 100))
      FROM numbers WHERE n <= ${size.orders} AND n MOD 2 = 0`,
  };
}
