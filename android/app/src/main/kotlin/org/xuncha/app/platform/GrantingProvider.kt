package org.xuncha.app.platform

import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import java.io.File
import java.io.FileNotFoundException

/** A folder of ours, of which single files are granted to other apps. */
class GrantedFolder(private val authority: String, private val at: (Context) -> File) {
    fun of(context: Context): File = at(context)

    fun uriOf(file: File): Uri = Uri.Builder().scheme("content").authority(authority).appendPath(file.name).build()
}

/** Lets another app, by a grant and not otherwise, at one file of [folder], and at nothing else of ours. */
abstract class GrantingProvider(private val folder: GrantedFolder, private val type: String) : ContentProvider() {
    override fun onCreate(): Boolean = true

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor =
        ParcelFileDescriptor.open(fileOf(uri), ParcelFileDescriptor.parseMode(mode))

    override fun getType(uri: Uri): String = type

    override fun query(
        uri: Uri,
        projection: Array<String>?,
        selection: String?,
        selectionArgs: Array<String>?,
        sortOrder: String?,
    ): Cursor {
        val file = fileOf(uri)
        val cursor = MatrixCursor(arrayOf(OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE))
        return cursor.apply { addRow(arrayOf(file.name, file.length())) }
    }

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun delete(uri: Uri, selection: String?, selectionArgs: Array<String>?): Int = 0

    override fun update(uri: Uri, values: ContentValues?, selection: String?, selectionArgs: Array<String>?): Int = 0

    /** Only files that lie in the folder: a name with a way out of it is none of them. */
    private fun fileOf(uri: Uri): File {
        val file = File(folder.of(context!!), uri.lastPathSegment.orEmpty())
        if (file.parentFile != folder.of(context!!) || !file.isFile) throw FileNotFoundException(uri.toString())
        return file
    }
}
