import type { Connection, ResultSetHeader } from 'mysql2/promise';
import { runWriters, type TransactionBody, type WriterCounts, type WriterOptions } from '../run-writers.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { familyNames, givenNames, phrases } from './sample-texts.ts';
import { warehouses, type ShopSize } from './seed-shop.ts';

/** A shop's day on several connections: most transactions touch several tables, one in fifty is rolled back. */
export function runShopWorkload(
  options: WriterOptions,
  size: ShopSize,
  signal: AbortSignal,
  counts?: WriterCounts,
): Promise<WriterCounts> {
  const bodies = shopTransactions(size);
  const choose = (random: SeededRandom): TransactionBody => {
    let at = random.next() * bodies.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, body] of bodies) {
      at -= weight;
      if (at < 0) return body;
    }
    return bodies[0][1];
  };
  return runWriters({ rollbackShare: 0.02, ...options }, choose, signal, counts);
}

type Weighted = readonly [weight: number, body: TransactionBody];

function shopTransactions(size: ShopSize): readonly [Weighted, ...Weighted[]] {
  return [
    [30, placeOrder(size)],
    [25, payOrder(size)],
    [12, shipOrder(size)],
    [8, cancelOrder(size)],
    [8, changeCustomer(size)],
    [5, changeEmail(size)],
    [5, changePrices(size)],
    [4, writeReview(size)],
    [3, moveAddress(size)],
  ];
}

async function change(
  connection: Connection,
  sql: string,
  values: readonly (string | number | null)[],
): Promise<ResultSetHeader> {
  const [result] = await connection.query<ResultSetHeader>(sql, [...values]);
  return result;
}

function placeOrder(size: ShopSize): TransactionBody {
  return async (connection, random) => {
    const lines = random.integer(1, 4);
    const order = await change(
      connection,
      `INSERT INTO orders (number, customer_id, status, total, currency_code, placed_at, note)
       VALUES (?, ?, 'new', ?, 'EUR', NOW(6), ?)`,
      [
        `W-${random.word(14)}`,
        random.integer(1, size.customers),
        money(random),
        random.isBelow(0.3) ? random.pick(phrases) : null,
      ],
    );
    // In product order, so that two orders never wait for each other in a circle.
    const products = Array.from({ length: lines }, () => random.integer(1, size.products)).sort(
      (a, b) => a - b,
    );
    for (const [index, product] of products.entries()) {
      await change(connection, 'INSERT INTO order_item VALUES (?, ?, ?, ?, ?, ?)', [
        order.insertId,
        index + 1,
        product,
        random.integer(1, 9),
        money(random),
        random.isBelow(0.5) ? null : '0.1250',
      ]);
      await takeFromStock(connection, random, product);
    }
    return 1 + 3 * lines;
  };
}

async function takeFromStock(connection: Connection, random: SeededRandom, product: number): Promise<void> {
  const warehouse = random.integer(1, warehouses);
  await change(
    connection,
    'UPDATE stock SET quantity = quantity - 1, counted_at = NOW(3) WHERE product_id = ? AND warehouse_id = ?',
    [product, warehouse],
  );
  await change(
    connection,
    "INSERT INTO stock_movement (product_id, warehouse_id, delta, reason, moved_at) VALUES (?, ?, -1, 'sale', NOW(6))",
    [product, warehouse],
  );
}

function payOrder(size: ShopSize): TransactionBody {
  return async (connection, random) => {
    const order = random.integer(1, size.orders);
    await change(connection, "UPDATE orders SET status = 'paid', total = total + 0.01 WHERE id = ?", [order]);
    await change(
      connection,
      'INSERT INTO payment (order_id, method, amount, reference, captured_at) SELECT id, ?, total, ?, ? FROM orders WHERE id = ?',
      [
        random.pick(['card', 'transfer', '現金']),
        random.isBelow(0.2) ? null : `pay-${random.word(20)}`,
        random.isBelow(0.3) ? null : '2026-03-04 05:06:07.890123',
        order,
      ],
    );
    await change(connection, 'UPDATE customer SET points = points + 1 WHERE id = ?', [
      random.integer(1, size.customers),
    ]);
    return 3;
  };
}

function shipOrder(size: ShopSize): TransactionBody {
  return async (connection, random) => {
    const order = random.integer(1, size.orders);
    await change(connection, "UPDATE orders SET status = 'shipped' WHERE id = ?", [order]);
    await change(
      connection,
      'INSERT INTO shipment (order_id, warehouse_id, tracking, shipped_on, handling) SELECT id, ?, ?, CURRENT_DATE, ? FROM orders WHERE id = ?',
      [
        random.integer(1, warehouses),
        random.isBelow(0.2) ? null : `T-${random.word(16)}`,
        random.pick(['-01:02:03.004', '100:00:00.500', null]),
        order,
      ],
    );
    return 2;
  };
}

function cancelOrder(size: ShopSize): TransactionBody {
  return async (connection, random) => {
    const order = random.integer(1, size.orders);
    const gone: number[] = [];
    for (const table of ['order_item', 'payment', 'shipment']) {
      gone.push((await change(connection, `DELETE FROM ${table} WHERE order_id = ?`, [order])).affectedRows);
    }
    if (random.isBelow(0.5)) {
      gone.push((await change(connection, 'DELETE FROM orders WHERE id = ?', [order])).affectedRows);
    } else {
      gone.push(
        (
          await change(connection, "UPDATE orders SET status = 'cancelled', note = NULL WHERE id = ?", [
            order,
          ])
        ).affectedRows,
      );
    }
    return gone.reduce((sum, rows) => sum + rows, 0);
  };
}

function changeCustomer(size: ShopSize): TransactionBody {
  return async (connection, random) => {
    const result = await change(
      connection,
      `UPDATE customer SET full_name = ?, preferences = JSON_SET(COALESCE(preferences, '{}'), '$.visits', ?, '$.ratio', ?),
         credit_limit = ?, seen_at = ?, is_subscribed = NOT is_subscribed WHERE id = ?`,
      [
        `${random.pick(givenNames)} ${random.pick(familyNames)}`,
        random.integer(0, 1_000_000),
        random.next(),
        random.isBelow(0.4) ? null : money(random),
        random.isBelow(0.4) ? null : '2026-02-03 04:05:06',
        random.integer(1, size.customers),
      ],
    );
    return result.affectedRows;
  };
}

/** Two customers trade their e-mail addresses: inside the transaction the unique values move from row to row. */
function changeEmail(size: ShopSize): TransactionBody {
  return async (connection, random) => {
    const first = random.integer(1, size.customers - 1);
    const swap = 'UPDATE customer SET email = ? WHERE id = ?';
    await change(connection, swap, [`swap-${first}-${random.word(8)}`, first]);
    await change(connection, swap, [`customer${first}@${random.word(6)}.example`, first + 1]);
    await change(connection, swap, [`customer${first + 1}@${random.word(6)}.example`, first]);
    return 3;
  };
}

function changePrices(size: ShopSize): TransactionBody {
  return async (connection, random) => {
    const from = random.integer(1, size.products);
    const result = await change(
      connection,
      `UPDATE product SET price = price + 0.01, labels = CONCAT_WS(',', 'sale', IF(id MOD 2, 'eco', NULL)),
         attributes = JSON_SET(attributes, '$.checked', id / 7e0) WHERE id BETWEEN ? AND ?`,
      [from, from + 9],
    );
    return result.affectedRows;
  };
}

function writeReview(size: ShopSize): TransactionBody {
  return async (connection, random) => {
    const result = await change(
      connection,
      `INSERT INTO review (product_id, customer_id, stars, body, written_at) VALUES (?, ?, ?, ?, NOW())
       ON DUPLICATE KEY UPDATE stars = VALUES(stars), helpful = NULL`,
      [
        random.integer(1, size.products),
        random.integer(1, size.customers),
        random.integer(1, 5),
        random.pick(phrases),
      ],
    );
    return Math.min(result.affectedRows, 1);
  };
}

/** A primary key that changes. */
function moveAddress(size: ShopSize): TransactionBody {
  return async (connection, random) => {
    const gone = await change(connection, 'DELETE FROM address WHERE id = ?', [
      random.integer(1, size.customers),
    ]);
    const moved = await change(
      connection,
      'UPDATE IGNORE address SET id = id + 100000000, postcode = NULL WHERE id = ?',
      [random.integer(1, size.customers)],
    );
    return gone.affectedRows + 2 * moved.affectedRows;
  };
}

function money(random: SeededRandom): string {
  return `${random.integer(0, 99_999)}.${String(random.integer(0, 99)).padStart(2, '0')}`;
}
