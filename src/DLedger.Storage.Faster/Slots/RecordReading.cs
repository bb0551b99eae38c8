using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Reads one record. What is wrong with it, the reader knows.</summary>
internal delegate T RecordReading<out T>(ref RecordReader reader);
