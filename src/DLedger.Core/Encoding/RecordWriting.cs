namespace DLedger.Core;

/// <summary>Writes one record, the same way each time: it is called once to count and once to write.</summary>
internal delegate void RecordWriting<in T>(ref RecordWriter writer, T record);
