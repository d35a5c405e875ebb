package dev.concordat;
public final class Concordat { public static void main(String[] args) {} }
